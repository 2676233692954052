import { X509Certificate } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join, posix, win32 } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import fc from 'fast-check'
import type { EdxmlPackage } from '#connectors/document/edxml/edxml-package.ts'
import { isParsedInWorker } from '#connectors/document/edxml/parse-in-worker.ts'
import { readPackage } from '#connectors/document/edxml/read-package.ts'
import { signatureCheck } from '#connectors/document/edxml/signature/check-signature.ts'
import { parseXml } from '#connectors/document/edxml/xml-tree.ts'
import { fixture } from '#connectors/document/fixtures/fixtures.ts'
import { generatedPackage, manner, rewritten } from '#connectors/document/fixtures/generated.ts'
import { writtenPackage } from '#connectors/document/fixtures/written-package.ts'
import { BusError } from '#protocol/errors/bus-error.ts'
import { createPayloadCodec } from '#protocol/events/payload-codec.ts'
import { shippedSchemas } from '#runtime/shipped-schemas.ts'
import { repository } from '../helpers/demo-bus.ts'
import { mutateXml } from './mutate-xml.ts'
import type { Surface, Verdict } from './surface.ts'

/** What reading gave, or threw. */
type Read = { readonly read: EdxmlPackage } | { readonly thrown: unknown }

const signedFixtures = ['signed-sha1', 'signed-sha256', 'signed/xades', 'signed/ecdsa-sha256']

/**
 * Packages as a document system hands them over; an input is a package in
 * base64. Nothing forged is accepted means: what is read and written again
 * reads the same; no name of a file leads out of a folder; and a package whose
 * signature is said to hold reads as the one that was signed.
 */
export async function openEdxml(): Promise<Surface> {
  const folder = join(repository, 'connectors', 'document', 'fixtures')
  const authorities = [new X509Certificate(readFileSync(join(folder, 'authority.pem')))]
  const check = signatureCheck({ authorities, at: Date.parse('2026-11-24T00:00:00Z') })
  const signed = signedFixtures.map((name) => readPackage(Buffer.from(fixture(name)), check).data)
  const codecs = new Map(shippedSchemas().map(({ type, text }) => [type, createPayloadCodec(text)]))

  const ask = (input: string): Read => {
    try {
      return { read: readPackage(Buffer.from(input, 'base64'), check) }
    } catch (thrown) {
      return { thrown }
    }
  }

  const judge = (answer: Read): Verdict => {
    if ('thrown' in answer) return refusal(answer.thrown, ['BUS_PACKAGE_INVALID'])
    const { type, data, files, signature = 'none' } = answer.read
    const novelty = `${type} ${Object.keys(data).join()} ${files.length} ${signature}`
    const verdict = { code: 'accepted', novelty }
    const why = difference(answer.read) ?? strayName(answer.read) ?? forgery(answer.read)
    if (why !== undefined) return { ...verdict, broken: { oracle: 'forged', why } }
    try {
      const payload = type === 'document.status-changed.v1' ? data : { ...data, attachments: [] }
      codecs.get(type)?.encode(payload, 1)
      return verdict
    } catch (thrown) {
      return { ...refusal(thrown, ['BUS_PAYLOAD_INVALID']), novelty }
    }
  }

  /** A signature said to hold is over what was signed: nobody here can make another. */
  const forgery = ({ signature, data }: EdxmlPackage): string | undefined => {
    if (['unverifiable', 'unsupported', undefined].includes(signature)) return undefined
    return signed.some((one) => isDeepStrictEqual(one, data))
      ? undefined
      : `${signature}, yet not what was signed`
  }

  return {
    name: 'edxml',
    seeds: seedPackages().map((bytes) => bytes.toString('base64')),
    mutate: (parent, other, random) =>
      mutateXml(Buffer.from(String(parent), 'base64'), Buffer.from(String(other), 'base64'), random).toString(
        'base64'
      ),
    ask: (input) => ask(String(input)),
    judge: (_input, answer) => judge(answer as Read),
    isParsedInWorker: (input) => isParsedInWorker(Buffer.from(String(input), 'base64')),
    seededFaults: {
      fallen: () => ({ thrown: new TypeError('seeded') }),
      fooled: (answer) => {
        const known = answer as Read
        if ('thrown' in known) return known
        const file = { name: '../../seeded', mediaType: 'text/plain', bytes: Buffer.alloc(0) }
        return { read: { ...known.read, files: [file] } }
      }
    },
    close: async () => {}
  }
}

export function refusal(thrown: unknown, codes: readonly string[]): Verdict {
  if (!(thrown instanceof BusError) || !codes.includes(thrown.code)) {
    const why = thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown)
    return { code: 'threw', novelty: why.slice(0, 200), broken: { oracle: 'server-fault', why } }
  }
  const element = typeof thrown.values.element === 'string' ? thrown.values.element : ''
  return { code: thrown.code, novelty: `${thrown.code} ${thrown.fault} ${element}` }
}

/** Why what was read is not what is read once it is written again. */
function difference({ type, data, files }: EdxmlPackage): string | undefined {
  try {
    const again = readPackage(writtenPackage(type, data, files))
    if (isDeepStrictEqual({ type: again.type, data: again.data, files: again.files }, { type, data, files }))
      return undefined
    return `read ${JSON.stringify(data)}\nagain ${JSON.stringify(again.data)}`
  } catch (error) {
    return `cannot be read again: ${error}`
  }
}

/** Why a file's name could lead somewhere else than into the folder it is put in. */
function strayName({ files }: EdxmlPackage): string | undefined {
  const bad = files.find(({ name }) => {
    const inside = [posix, win32].every(
      (path) =>
        path.basename(name) === name &&
        !path.isAbsolute(name) &&
        path.resolve('/x', name) !== path.resolve('/x')
    )
    return (
      !inside ||
      name === '..' ||
      name === '.' ||
      /[\p{Cc}\u202a-\u202e\u2066-\u2069]/u.test(name) ||
      Buffer.byteLength(name) > 255
    )
  })
  return bad && `a file is called ${JSON.stringify(bad.name)}`
}

function seedPackages(): readonly Buffer[] {
  const fixtures = ['issued', 'status-03', ...signedFixtures].map((name) => Buffer.from(fixture(name)))
  const generated = fc.sample(fc.tuple(generatedPackage, manner), { seed: 1, numRuns: 24 })
  return [
    ...fixtures,
    ...generated.map(([{ type, data, files }, how]) =>
      rewritten(parseXml(writtenPackage(type, data, files)), how)
    )
  ]
}
