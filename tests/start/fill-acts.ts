import { createHash } from 'node:crypto'
import type { StoredAct } from '#bus/control/act-journal.ts'
import { operatorSystem } from '#bus/control/control-state.ts'
import { type ControlTables, lastNumber } from '#bus/control/control-tables.ts'
import { insertOf } from '#engines/store/insert-rows.ts'
import type { Store } from '#engines/store/store.ts'
import { generateKey, type SigningKey } from '#protocol/trust/jwk.ts'
import { bodyDigest, newClaims, signToken } from '#protocol/trust/token.ts'

const insert = insertOf<StoredAct>('controlActs', ['number', 'body', 'token', 'recordedAt'])

type Body = { readonly act: string; readonly resource: string; readonly [member: string]: unknown }

/** Writes about `count` acts of the operator into a store, as valid as those that come one by one. Returns the last number. */
export async function fillActs(store: Store, count: number, operator: SigningKey): Promise<number> {
  let number = await lastNumber(store.reader<ControlTables>())
  const recordedAt = new Date().toISOString()
  const rows: StoredAct[] = []
  const lastOn = new Map<string, string>()
  const first = number
  for (let agency = first; rows.length < count; agency += 1) {
    for (const body of await actsOf(agency, first)) {
      const bytes = Buffer.from(JSON.stringify({ ...body, previous: lastOn.get(body.resource) ?? null }))
      lastOn.set(body.resource, createHash('sha256').update(bytes).digest('hex'))
      number += 1
      rows.push({ number, body: String(bytes), token: await tokenFor(bytes, operator), recordedAt })
    }
  }
  await store.transaction((transaction) => insert(transaction, rows))
  return number
}

async function actsOf(number: number, first: number): Promise<readonly Body[]> {
  const code = codeOf(number)
  const system = `/agencies/${code}/systems/qlvb`
  const agreement = `/agreements/filled-${number}`
  const type = 'document.issued.v1'
  const { publicJwk } = await generateKey('first', 'EdDSA')
  const terms = { provider: code, consumer: codeOf(first), types: ['dossier.received.v1'] }
  return [
    { act: 'agency.added', resource: `/agencies/${code}`, name: `Cơ quan ${number}` },
    { act: 'system.added', resource: system },
    { act: 'key.added', resource: system, key: publicJwk },
    { act: 'right.granted', resource: system, type, recipients: '*' },
    { act: 'agreement.drafted', resource: agreement, ...terms, purpose: 'x', legalBasis: 'y' },
    { act: 'agreement.signed', resource: agreement }
  ]
}

function codeOf(number: number): string {
  return `001.${Math.floor(number / 1000)}.${number % 1000}.H03`
}

function tokenFor(body: Uint8Array, key: SigningKey): Promise<string> {
  const audience = 'https://bus.example'
  const claims = newClaims({ system: operatorSystem, audience, now: Date.now() })
  return signToken({ ...claims, htm: 'POST', htu: `${audience}/v1/acts`, body: bodyDigest(body) }, key)
}
