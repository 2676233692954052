import { BusError } from '../errors/bus-error.ts'
import type { Fault } from '../errors/faults.ts'
import { isComposable } from './composed-text.ts'
import { isInstant, parseInstant } from './instant.ts'
import { isJsonObject, type Json, type JsonObject, type StrictJson } from './json.ts'
import { isJsonInUtf8 } from './json-media-type.ts'

/**
 * An event as its system wrote it: a CloudEvent 1.0 whose data is a JSON object. The attributes named here
 * are strings. Extension attributes that the bus does not know are kept unchanged.
 */
export interface BusEvent {
  /** Version of CloudEvents. */
  readonly specversion: '1.0'
  /** 1 to 128 visible ASCII characters, chosen by the sender. (`source`, `id`) identifies one event for ever. */
  readonly id: string
  /** The system that sent and signed it: `/agencies/<code>/systems/<name>`. */
  readonly source: string
  /** `<domain>.<past participle>.v<n>`, at most 128 characters. */
  readonly type: string
  /** The business key, 1 to 256 characters. Events of one agency about one subject keep their order. */
  readonly subject: string
  /** When it happened, by the sender's clock: RFC 3339, kept as written. */
  readonly time: string
  /** 16 random bytes, base64url. They keep the event's hash from revealing its content. */
  readonly nonce: string
  /**
   * Codes of the receiving agencies, 1 to 500, separated by commas. An event of the domain `document` always
   * has them.
   */
  readonly recipients?: string
  /** The case it belongs to, 1 to 256 characters; by default the subject. */
  readonly correlationid?: string
  /** The id of the event that this one answers, 1 to 256 characters. */
  readonly causationid?: string
  /** The code of the agency on whose behalf `source` sends. */
  readonly onbehalfof?: string
  /** W3C Trace Context of the sender. */
  readonly traceparent?: string
  /** W3C Trace Context state that belongs to `traceparent`. */
  readonly tracestate?: string
  /** When the event is no longer of use: RFC 3339. */
  readonly expirytime?: string
  /** URI of the source of the payload. */
  readonly dataref?: string
  /** `public`, `internal` or `personal`. */
  readonly dataclassification?: string
  /** `application/json`, perhaps with parameters, if present. Kept as written. */
  readonly datacontenttype?: string
  /** `<public URL>/registry/schemas/ids/<n>`, if present. */
  readonly dataschema?: string
  /** The payload, as defined by the schema of the event type. */
  readonly data: JsonObject
  /** Extension attributes: strings, booleans or 32-bit integers under names of lower-case letters and digits. */
  readonly [extension: string]: Json | undefined
}

const required = ['specversion', 'id', 'source', 'type', 'subject', 'time', 'nonce'] as const
const maxAttributes = 64
const maxAttributeLength = 8192
/** Recipients of one event. */
export const maxRecipients = 500

/** Grammar of an agency code, which has at most 35 characters. */
export const agencyCode = '[A-Z0-9]+(?:\\.[A-Z0-9]+)*'
const codeGrammar = new RegExp(`^${agencyCode}$`)
const sourceGrammar = new RegExp(`^/agencies/(${agencyCode})/systems/[a-z0-9-]{1,32}$`)
const typeGrammar = /^[a-z][a-z0-9]*(?:-[a-z0-9]+)*\.[a-z][a-z0-9]*(?:-[a-z0-9]+)*\.v[1-9][0-9]{0,3}$/
/** W3C Trace Context, version 00: trace id, span id, flags. */
export const traceparentGrammar = /^00-(?!0{32})([0-9a-f]{32})-(?!0{16})([0-9a-f]{16})-([0-9a-f]{2})$/
const nonceGrammar = /^[A-Za-z0-9_-]{21}[AQgw]$/
const nameGrammar = /^[a-z0-9]{1,20}$/

type Rule = (value: string) => Fault | undefined

const grammar =
  (pattern: RegExp, fault: Fault): Rule =>
  (value) =>
    pattern.test(value) ? undefined : fault

const rules: Readonly<Record<string, Rule>> = {
  specversion: (value) => (value === '1.0' ? undefined : 'specversion-unknown'),
  id: grammar(/^[\x21-\x7e]{1,128}$/, 'id-malformed'),
  source: (value) =>
    sourceGrammar.test(value) && agencyOf(value).length <= 35 ? undefined : 'source-malformed',
  type: (value) =>
    value.length <= 128 && typeGrammar.test(value) && !value.startsWith('bus.')
      ? undefined
      : 'type-malformed',
  subject: (value) => (value.length >= 1 && value.length <= 256 ? undefined : 'subject-malformed'),
  time: (value) => (isInstant(value) ? undefined : 'time-malformed'),
  expirytime: (value) => (isInstant(value) ? undefined : 'time-malformed'),
  nonce: grammar(nonceGrammar, 'nonce-malformed'),
  recipients: recipientsFault,
  correlationid: (value) => (value.length >= 1 && value.length <= 256 ? undefined : 'attribute-length'),
  causationid: (value) => (value.length >= 1 && value.length <= 256 ? undefined : 'attribute-length'),
  onbehalfof: grammar(codeGrammar, 'code-malformed'),
  traceparent: grammar(traceparentGrammar, 'traceparent-malformed'),
  dataclassification: (value) =>
    ['public', 'internal', 'personal'].includes(value) ? undefined : 'dataclassification-refused',
  datacontenttype: (value) => (isJsonInUtf8(value) ? undefined : 'datacontenttype-refused')
}
const texts: ReadonlySet<string> = new Set([...Object.keys(rules), 'tracestate', 'dataref', 'dataschema'])

/**
 * Checks that a parsed value is an event from outside, by the rules of the wire
 * format. The characters of its texts were checked before: it is `StrictJson`.
 * Throws `BUS_ATTRIBUTE_INVALID` naming the first attribute at fault. Nothing is
 * corrected; the event returned lacks the attributes that are null.
 */
export function checkEvent(value: StrictJson): BusEvent {
  if (!isJsonObject(value)) throw new BusError('BUS_ATTRIBUTE_INVALID', 'event-not-an-object')
  const names = Object.keys(value)
  if (names.length > maxAttributes) throw new BusError('BUS_ATTRIBUTE_INVALID', 'too-many-attributes')
  const event = withoutNulls(value)
  for (const name of required) if (!(name in event)) refuse(name, 'attribute-missing')
  for (const name of names) if (name !== 'data') checkAttribute(name, value[name])
  if (domainOf(String(event.type)) === 'document' && !('recipients' in event)) {
    refuse('recipients', 'recipients-missing') // It would reach nobody.
  }
  if (!isJsonObject(event.data)) refuse('data', 'data-not-an-object')
  return event as unknown as BusEvent
}

/** An event without the attributes that are null: in CloudEvents they count as absent. */
export function withoutNulls<T extends object>(event: T): T {
  if (!Object.values(event).includes(null)) return event
  return Object.fromEntries(Object.entries(event).filter(([, value]) => value !== null)) as T
}

function checkAttribute(name: string, value: Json | undefined): void {
  if (name === 'data_base64' && value !== null) refuse(name, 'data-base64')
  if (!nameGrammar.test(name) && name !== 'data_base64') refuse(name.slice(0, 40), 'attribute-name-malformed')
  if (value === null) return
  if (typeof value !== 'string') return checkSimple(name, value)
  if (value.length > maxAttributeLength && name !== 'recipients') refuse(name, 'attribute-too-long')
  if (!isComposable(value)) refuse(name, 'attribute-marks')
  if (value.normalize('NFC') !== value) refuse(name, 'attribute-not-nfc')
  if (/[\t\n\r\u007f]/.test(value)) refuse(name, 'attribute-control')
  const fault = Object.hasOwn(rules, name) ? rules[name]?.(value) : undefined
  if (fault) refuse(name, fault, value)
}

/** The types of CloudEvents that JSON does not write as strings: Boolean, and Integer of 32 bits. */
function checkSimple(name: string, value: Json | undefined): void {
  if (texts.has(name)) refuse(name, 'attribute-not-a-string')
  const isInteger = typeof value === 'number' && value === (value | 0)
  if (typeof value !== 'boolean' && !isInteger) refuse(name, 'attribute-not-simple')
}

function refuse(attribute: string, fault: Fault, got = ''): never {
  throw new BusError('BUS_ATTRIBUTE_INVALID', fault, { values: { attribute, got } })
}

function recipientsFault(value: string): Fault | undefined {
  const codes = value.split(',')
  if (codes.length > maxRecipients) return 'recipients-too-many'
  if (!codes.every(isAgencyCode)) return 'recipients-malformed'
  return new Set(codes).size === codes.length ? undefined : 'recipients-twice'
}

/**
 * When an event expires, in milliseconds since the epoch; undefined if it does not. Events that earlier
 * releases accepted may have a leap second, which counts as the second before.
 */
export function expiresAtOf({ expirytime }: Pick<BusEvent, 'expirytime'>): number | undefined {
  return expirytime === undefined ? undefined : parseInstant(expirytime.replace(/:60(?=[.Z+-])/, ':59'))
}

/** The agencies that an event names; undefined if it names none. */
export function recipientsOf({ recipients }: Pick<BusEvent, 'recipients'>): readonly string[] | undefined {
  return recipients?.split(',')
}

export function isAgencyCode(text: string): boolean {
  return text.length <= 35 && codeGrammar.test(text)
}

/** The agency code in `/agencies/<code>` or in a system's name; `/bus` for the bus's own systems. */
export function agencyOf(name: string): string {
  return name.startsWith('/bus/') ? '/bus' : (name.split('/')[2] ?? '')
}

/** `document` for `document.issued.v1`. */
export function domainOf(type: string): string {
  return type.slice(0, Math.max(0, type.indexOf('.')))
}

/** The topic for events of a type. */
export function topicOf(type: string): string {
  return `lienthong.${domainOf(type)}`
}
