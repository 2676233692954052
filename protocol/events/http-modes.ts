import { BusError } from '../errors/bus-error.ts'
import type { BusEvent } from './event.ts'
import type { Json } from './json.ts'

/** An event in the binary mode of the CloudEvents HTTP binding: attributes as `ce-` headers, data as the body. */
export interface BinaryEvent {
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

type Headers = Readonly<Record<string, string | readonly string[] | undefined>>

/**
 * Rebuilds an event from binary mode: percent-decodes header values once, unquotes quoted strings, and
 * turns `Content-Type` into `datacontenttype`. Throws `BUS_ATTRIBUTE_INVALID` for a header that cannot be
 * decoded. `checkEvent` checks the attributes.
 */
export function eventFromBinary(headers: Headers, data: Json): Json {
  const event: Record<string, Json> = {
    datacontenttype:
      String(headers['content-type'] ?? '')
        .split(';')[0]
        ?.trim() ?? ''
  }
  for (const [name, value] of Object.entries(headers)) {
    if (name.startsWith('ce-') && typeof value === 'string')
      event[name.slice(3)] = decodeValue(name.slice(3), value)
  }
  return { ...event, data }
}

/** Writes an event in binary mode. The event needs a `datacontenttype`, since binary mode always has one. */
export function toBinary(event: BusEvent): BinaryEvent {
  const headers: Record<string, string> = { 'content-type': event.datacontenttype ?? 'application/json' }
  for (const [name, value] of Object.entries(event)) {
    if (typeof value === 'string' && name !== 'datacontenttype') headers[`ce-${name}`] = encodeValue(value)
  }
  return { headers, body: JSON.stringify(event.data) }
}

/** Percent-encodes space, `"`, `%` and everything outside U+0021–U+007E, as UTF-8. */
function encodeValue(value: string): string {
  return value.replace(/[^\x21\x23\x24\x26-\x7e]+/gu, (part) => {
    let encoded = ''
    for (const byte of Buffer.from(part)) encoded += `%${byte.toString(16).toUpperCase().padStart(2, '0')}`
    return encoded
  })
}

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

function decodeValue(attribute: string, header: string): string {
  const refuse = (): never => {
    throw new BusError('BUS_ATTRIBUTE_INVALID', 'binary-header-malformed', { values: { attribute } })
  }
  const raw = header.startsWith('"') && header.endsWith('"') && header.length > 1 ? unquoted(header) : header
  if (!/^[\x20-\x7e]*$/.test(raw) || /%(?![0-9A-Fa-f]{2})/.test(raw)) refuse()
  const bytes = Buffer.from(
    raw.replace(/%([0-9A-Fa-f]{2})/g, (_place, hex: string) => String.fromCharCode(Number.parseInt(hex, 16))),
    'latin1'
  )
  try {
    return utf8.decode(bytes)
  } catch {
    return refuse()
  }
}

function unquoted(header: string): string {
  return header.slice(1, -1).replace(/\\(.)/g, '$1')
}
