import { createHash, generateKeyPairSync, type KeyObject } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { createSigner } from '#client/signer.ts'
import { keyFiles, readKey } from '#runtime/keyring.ts'

export interface ProvinceSize {
  readonly agencies: number
  readonly agreements: number
  readonly systems: number
}

export const documentType = 'document.issued.v1'
export const dossierType = 'dossier.status-changed.v1'
/** Nobody in the province publishes this type. */
export const unusedType = 'document.replaced.v1'
/** The provider of half of all agreements, one for each consumer. */
export const providerCode = 'A0'
/** Acts that a bus is given before a start. */
const atOnce = 8000
/** Signed by `providerCode` and the agency whose inbox has what was sent under it. */
export const dossierAgreement = '/agreements/a-3'

export function systemOf(code: string): string {
  return `/agencies/${code}/systems/qlvb`
}

export function keyFileOf(folder: string, code: string): string {
  return join(folder, 'keys', `${code}.jwk`)
}

/**
 * Writes the acts of a province behind the back of a bus that does not run, signed as the operator would
 * have: the bus checks each of them when it starts. Through the port they would take minutes. Gives their number
 * now and then: the bus is to be started and stopped, since at a start it writes so many acts to its log at most.
 */
export async function* writeProvince(
  folder: string,
  gateway: string,
  size: ProvinceSize
): AsyncGenerator<number> {
  const key = (await readKey(keyFiles(folder).operator)).privateJwk
  const signer = await createSigner({ system: '/bus/systems/operator', key, audience: gateway })
  const lastOn = new Map<string, string>()
  const planned = actsOf(folder, size)
  let number = 0
  for (let isMore = true; isMore; ) {
    const db = new DatabaseSync(join(folder, 'store.sqlite'))
    number = Number(db.prepare('SELECT max(number) AS last FROM "controlActs"').get()?.last ?? 0)
    const insert = db.prepare('INSERT INTO "controlActs" VALUES (?, ?, ?, ?)')
    db.exec('BEGIN')
    for (let count = 0; isMore && count < atOnce; count += 1) {
      const { value, done = false } = planned.next()
      isMore = !done
      if (!value) break
      const { path, ...act } = value
      const body = JSON.stringify({ ...act, previous: lastOn.get(act.resource) ?? null })
      const token = await signer.act('POST', `${gateway}/v1/${path}`, Buffer.from(body))
      number += 1
      insert.run(number, body, token, new Date().toISOString())
      lastOn.set(act.resource, createHash('sha256').update(body).digest('hex'))
    }
    db.exec('COMMIT')
    db.close()
    yield number
  }
}

interface PlannedAct {
  readonly path: string
  readonly act: string
  readonly resource: string
  readonly [member: string]: unknown
}

function* actsOf(
  folder: string,
  { agencies, agreements, systems }: ProvinceSize
): Generator<PlannedAct, undefined> {
  for (let index = 0; index < agencies; index += 1) {
    const resource = `/agencies/A${index}`
    yield { path: 'agencies', act: 'agency.added', resource, name: `Cơ quan mẫu ${index}` }
  }
  for (let index = 0; index < systems; index += 1) {
    const resource = systemOf(`A${index}`)
    const { privateKey } = generateKeyPairSync('ed25519')
    yield { path: 'systems', act: 'system.added', resource }
    yield {
      path: 'systems',
      act: 'key.added',
      resource,
      key: writeKey(keyFileOf(folder, `A${index}`), privateKey)
    }
    const rights = [documentType, 'document.recalled.v1'].map((type) => ({ type, recipients: '*' }))
    for (const right of [...rights, { type: dossierType, recipients: 'agreements' }]) {
      yield { path: 'rights', act: 'right.granted', resource, ...right }
    }
  }
  const terms = { types: [dossierType], purpose: 'Đo tải', legalBasis: 'Không có' }
  for (let index = 0; index < agreements; index += 1) {
    const isOfProvider = index < agreements / 2
    const provider = isOfProvider ? providerCode : `A${1 + (index % (systems - 1))}`
    const parties = { provider, consumer: `A${index % agencies}` }
    const agreement = { path: 'agreements', resource: `/agreements/a-${index}` }
    yield { ...agreement, act: 'agreement.drafted', ...parties, ...terms }
    yield { ...agreement, act: 'agreement.signed' }
  }
  return undefined
}

/** Returns the public half. */
function writeKey(file: string, key: KeyObject): object {
  const { kty, crv, x, d } = key.export({ format: 'jwk' })
  const shared = { kty, crv, x, kid: 'k1', alg: 'EdDSA' }
  writeFileSync(file, JSON.stringify({ ...shared, d }), { mode: 0o600 })
  return shared
}
