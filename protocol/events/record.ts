import { hash as digest } from 'node:crypto'
import { BusError } from '../errors/bus-error.ts'
import { type BusEvent, topicOf } from './event.ts'
import type { LoggedEvent } from './event-stages.ts'
import { isJsonObject, isSimple, type Json, type JsonObject } from './json.ts'
import { type PayloadCodec, schemaIdOf } from './payload-codec.ts'
import { type Proof, parseProof } from './proof.ts'

/**
 * A record before its receipt is signed: CloudEvents Kafka binding in binary mode, with what the bus adds
 * in `bus_` headers.
 */
export interface EventRecord {
  readonly topic: string
  /** The subject in UTF-8. Events of one subject keep their order. */
  readonly key: Uint8Array
  /** In Confluent framing if it is an agency's event. */
  readonly value: Uint8Array
  readonly headers: Readonly<Record<string, string>>
  /** (`source`, `id`) is unique for ever. */
  readonly source: string
  readonly id: string
  /** SHA-256, hex; distinguishes a repeat from a conflict. */
  readonly hash: string
  /** RFC 3339, UTC. */
  readonly recordedTime: string
}

/** What the bus adds when it writes an event to the log. */
export interface RecordFacts extends Omit<LoggedEvent, 'event' | 'body' | 'receipt'> {
  readonly codec: PayloadCodec
}

/** Writes an event as it was sent, nulls included, as a record without its receipt. Throws `BUS_PAYLOAD_INVALID`. */
export function toRecord(event: BusEvent, facts: RecordFacts): EventRecord {
  const { hash, recordedTime, signature, traceparent } = facts
  const added: Record<string, string> = { bus_act: String(facts.act) }
  if (typeof event.datacontenttype === 'string') added.bus_datacontenttype = event.datacontenttype
  const others = Object.entries(event).filter(([name, value]) => name !== 'data' && typeof value !== 'string')
  if (others.length > 0) added.bus_attributes = JSON.stringify(Object.fromEntries(others))
  if (signature) added.bus_signature = JSON.stringify(signature)
  else added.bus_unsigned = 'true'
  if (facts.hosted) added.bus_hosted = 'true'
  if (traceparent !== undefined) added.traceparent = traceparent
  return recordOf(event, {
    topic: topicOf(event.type),
    contentType: 'application/avro',
    value: facts.codec.encode(event.data, facts.schemaId),
    hash,
    recordedTime,
    added
  })
}

/** A notice that the bus itself writes to the log; its JSON is stored byte for byte. */
export interface BusNotice {
  readonly topic: string
  readonly type: string
  readonly id: string
  readonly subject: string
  /** RFC 3339, UTC. */
  readonly time: string
  readonly body: string
  readonly added?: Readonly<Record<string, string>>
}

/** Writes a notice as a record, without its receipt. Its hash is the SHA-256 of the body. */
export function toBusRecord({ topic, body, time, added = {}, ...named }: BusNotice): EventRecord {
  const attributes = { specversion: '1.0', source: '/bus', ...named, time }
  return recordOf(attributes, {
    topic,
    contentType: 'application/json',
    value: Buffer.from(body),
    hash: digest('sha256', body, 'hex'),
    recordedTime: time,
    added
  })
}

interface RecordParts extends Pick<EventRecord, 'topic' | 'value' | 'hash' | 'recordedTime'> {
  readonly contentType: string
  readonly added: Readonly<Record<string, string>>
}

/** The part that all records of the bus have in common. */
function recordOf(
  attributes: Pick<BusEvent, 'source' | 'id' | 'subject'>,
  { contentType, added, ...parts }: RecordParts
): EventRecord {
  const headers: Record<string, string> = { 'content-type': contentType }
  for (const [name, value] of Object.entries(attributes)) {
    if (isSimple(value) && name !== 'datacontenttype') headers[`ce_${name}`] = String(value)
  }
  headers.bus_hash = parts.hash
  headers.bus_recordedtime = parts.recordedTime
  const { source, id, subject } = attributes
  return { ...parts, key: Buffer.from(subject), headers: Object.assign(headers, added), source, id }
}

/**
 * Adds the signed receipt to a record's headers. It lets readers of the log tell the bus's records from a
 * stranger's.
 */
export function withReceipt<T extends EventRecord>(
  record: T,
  receipt: Proof
): T & { readonly receipt: Proof } {
  return { ...record, receipt, headers: { ...record.headers, bus_receipt: JSON.stringify(receipt) } }
}

/**
 * Rebuilds the event exactly as it was written, with the attributes that are null. Undefined if the schema
 * id is not known yet. Throws `BUS_RECORD_FOREIGN` for a record that the bus cannot have written. Does not
 * verify the receipt or the event's hash: that shows whether the bus did write it.
 */
export function fromRecord(
  record: { readonly value: Uint8Array; readonly headers: Readonly<Record<string, string>> },
  codecOf: (schemaId: number) => PayloadCodec | undefined
): Omit<LoggedEvent, 'body'> | undefined {
  const { headers, value } = record
  const schemaId = schemaIdOf(value)
  if (schemaId === undefined) return refuse()
  const codec = codecOf(schemaId)
  if (!codec) return undefined
  return {
    event: eventOf(headers, payloadOf(value, codec)),
    schemaId,
    hash: headers.bus_hash ?? refuse(),
    recordedTime: headers.bus_recordedtime ?? refuse(),
    act: actOf(headers.bus_act),
    signature: proofOf(headers.bus_signature),
    receipt: proofOf(headers.bus_receipt) ?? refuse(),
    hosted: headers.bus_hosted === 'true',
    traceparent: headers.traceparent
  }
}

function eventOf(headers: Readonly<Record<string, string>>, data: JsonObject): BusEvent {
  const event: Record<string, Json> = {}
  for (const [name, value] of Object.entries(headers)) {
    if (attributeHeader.test(name)) event[name.slice(3)] = value
  }
  if (headers.bus_datacontenttype !== undefined) event.datacontenttype = headers.bus_datacontenttype
  return { ...event, ...othersOf(headers.bus_attributes), data } as unknown as BusEvent
}

/** Reads the attributes that are not strings, as `toRecord` wrote them. A header has no type. */
function othersOf(header: string | undefined): JsonObject {
  if (header === undefined) return {}
  const others = parsed(header)
  const isWritten =
    isJsonObject(others) && Object.values(others).every((one) => one === null || isSimple(one))
  return isWritten ? others : refuse()
}

function parsed(header: string): Json {
  try {
    return JSON.parse(header) as Json
  } catch (cause) {
    return refuse(cause)
  }
}

const attributeHeader = /^ce_[a-z0-9]+$/

function payloadOf(value: Uint8Array, codec: PayloadCodec): JsonObject {
  try {
    return codec.decode(value)
  } catch (cause) {
    return refuse(cause)
  }
}

function actOf(header: string | undefined): number {
  return header !== undefined && /^(0|[1-9][0-9]{0,14})$/.test(header) ? Number(header) : refuse()
}

/** Reads a proof that `toRecord` wrote. */
function proofOf(header: string | undefined): Proof | undefined {
  return header === undefined ? undefined : (parseProof(header) ?? refuse())
}

function refuse(cause?: unknown): never {
  throw new BusError('BUS_RECORD_FOREIGN', 'record-unreadable', { cause })
}
