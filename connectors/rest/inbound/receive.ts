import { BusError } from '#protocol/errors/bus-error.ts'
import type { ConnectorIo, InboundItem, Received, Stored } from '../../connector.ts'
import type { ReceiveSettings, RestSettings } from '../settings.ts'
import { readSecret, readText } from '../transport/secrets.ts'
import { isSigned, keyOf } from './signature.ts'
import { splitBody, toItems } from './to-items.ts'
import { withoutOwn } from './without-own.ts'

const maxBytes = 1_048_576

const unsigned = {
  key: 'rest:unsigned',
  en: 'The signature of the callback is missing or not valid, or its timestamp is too far from the clock of the bus. Check the secret and the form of the signature on both sides.',
  vi: 'Chữ ký của lời gọi bị thiếu hoặc không hợp lệ, hoặc thời điểm ký lệch quá xa đồng hồ của trục liên thông. Hãy kiểm tra khóa bí mật và dạng chữ ký ở cả hai phía.'
} as const

/** Takes a callback of the outside. */
export async function receive(
  settings: RestSettings,
  one: ReceiveSettings,
  { request, io }: { readonly request: Request; readonly io: ConnectorIo }
): Promise<Received> {
  const body = await readBody(request)
  const secrets = await secretsOf(one)
  if (!isSigned(request.headers, body, { settings: one, secrets, now: io.now() })) {
    throw new BusError('BUS_TOKEN_INVALID', unsigned)
  }
  const texts = await splitBody(body, one.items, io)
  const read = await toItems(texts, one, io)
  const items = one.passOverOwn
    ? await withoutOwn(read, undefined, settings, io) // It has no session.
    : read.flatMap(({ item }) => item ?? [])
  return { items, respond: (results) => respond(items, results) }
}

/** The secret, and the one before it. Nothing is signed with an empty key: anybody could. */
async function secretsOf(settings: ReceiveSettings): Promise<readonly Buffer[]> {
  const { scheme, formerSecretFile } = settings
  const secret = keyOf(await readSecret(settings, 'receive'), scheme, 'receive')
  if (formerSecretFile === undefined) return [secret]
  const name = 'receive.formerSecretFile'
  const former = (await readText(formerSecretFile, name)).trim()
  return former === '' ? [secret] : [secret, keyOf(former, scheme, name)]
}

async function readBody(request: Request): Promise<Buffer> {
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of request.body ?? []) {
    size += chunk.length
    if (size > maxBytes) {
      throw new BusError('BUS_REQUEST_TOO_LARGE', 'body-too-large', { values: { limit: maxBytes } })
    }
    chunks.push(chunk)
  }
  return Buffer.concat(chunks, size)
}

/** Quarantined items are stored too: the outside has nothing to send again. */
function respond(items: readonly InboundItem[], results: readonly Stored[]): Response {
  const outcomes = items.map(({ reference }, index) => {
    const result = results[index] ?? 'stored'
    return typeof result === 'string'
      ? { reference, result }
      : {
          reference,
          result: 'quarantined',
          code: result.quarantined.code,
          detail: result.quarantined.message
        }
  })
  return Response.json({ items: outcomes }, { status: 202 })
}
