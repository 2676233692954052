import { BusError } from '../errors/bus-error.ts'
import type { ErrorCode } from '../errors/catalogue.ts'
import type { Fault } from '../errors/faults.ts'
import type { BusEvent } from './event.ts'
import { isSimple, type StrictJson } from './json.ts'
import { isStrictName, isStrictText } from './strict-json.ts'

/** An event in the binary mode of the CloudEvents HTTP binding: attributes as `ce-` headers, data as the body. */
export interface BinaryEvent {
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

type Headers = Readonly<Record<string, string | readonly string[] | undefined>>

/**
 * Rebuilds an event from binary mode: header values are unquoted, then
 * percent-decoded once, and the `Content-Type` becomes `datacontenttype` as it is. Throws
 * `BUS_ATTRIBUTE_INVALID` for a header that cannot be decoded, and
 * `BUS_JSON_INVALID`, as for the same event in JSON, for a name or a character
 * that is not allowed in any event.
 */
export function eventFromBinary(headers: Headers, data: StrictJson): StrictJson {
  const event: Record<string, unknown> = { data, datacontenttype: headers['content-type'] }
  for (const [header, value] of Object.entries(headers)) {
    if (!header.startsWith('ce-') || typeof value !== 'string') continue
    const name = header.slice(3)
    if (Object.hasOwn(event, name)) refuse('BUS_ATTRIBUTE_INVALID', 'binary-header-not-attribute', name)
    const decoded = decodeValue(name, value)
    if (!isStrictName(name) || !isStrictText(decoded)) {
      refuse('BUS_JSON_INVALID', 'binary-header-forbidden', name)
    }
    event[name] = decoded
  }
  return event as unknown as StrictJson
}

function refuse(code: ErrorCode, fault: Fault, attribute: string): never {
  throw new BusError(code, fault, { values: { attribute } })
}

/** Writes an event in binary mode. The event needs a `datacontenttype`, since binary mode always has one. */
export function toBinary(event: BusEvent): BinaryEvent {
  const headers: Record<string, string> = { 'content-type': event.datacontenttype ?? 'application/json' }
  for (const [name, value] of Object.entries(event)) {
    if (isSimple(value) && name !== 'datacontenttype') headers[`ce-${name}`] = encodeValue(String(value))
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
  const malformed = (): never => refuse('BUS_ATTRIBUTE_INVALID', 'binary-header-malformed', attribute)
  const raw = header.startsWith('"') && header.endsWith('"') && header.length > 1 ? unquoted(header) : header
  if (!/^[\x20-\x7e]*$/.test(raw) || /%(?![0-9A-Fa-f]{2})/.test(raw)) malformed()
  const bytes = Buffer.from(
    raw.replace(/%([0-9A-Fa-f]{2})/g, (_place, hex: string) => String.fromCharCode(Number.parseInt(hex, 16))),
    'latin1'
  )
  try {
    return utf8.decode(bytes)
  } catch {
    return refuse('BUS_JSON_INVALID', 'binary-header-forbidden', attribute)
  }
}

function unquoted(header: string): string {
  return header.slice(1, -1).replace(/\\(.)/g, '$1')
}
