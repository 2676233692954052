import { BusError } from '../errors/bus-error.ts'
import { type BusEvent, topicOf } from './event.ts'
import type { Json, JsonObject } from './json.ts'
import { type PayloadCodec, schemaIdOf } from './payload-codec.ts'
import { type Proof, parseProof } from './proof.ts'

/** An event as the log holds it: CloudEvents Kafka binding, binary mode, with what the bus adds in `bus_` headers. */
export interface EventRecord {
  readonly topic: string
  /** The subject's UTF-8 bytes: events of one subject keep their order. */
  readonly key: Buffer
  /** Confluent framing. */
  readonly value: Buffer
  readonly headers: Readonly<Record<string, string>>
  readonly source: string
  readonly id: string
  readonly hash: string
  readonly recordedTime: string
}

/** What the bus adds when it writes an event into the log. */
export interface RecordFacts {
  readonly codec: PayloadCodec
  readonly schemaId: number
  /** Number of the last act the event was checked under. */
  readonly act: number
  readonly recordedTime: string
  /** Of the event, hex. */
  readonly hash: string
  /** Of the sender; undefined where the agency may publish unsigned. */
  readonly signature: Proof | undefined
  readonly hosted: boolean
  /** Trace context of the hop that published it. */
  readonly traceparent: string | undefined
}

/** A record read back. `receipt` is there in every record the bus wrote. */
export interface ReadRecord extends Omit<RecordFacts, 'codec'> {
  readonly event: BusEvent
  readonly receipt: Proof | undefined
}

/** Writes an event as a record, still without its receipt. Throws `BUS_PAYLOAD_INVALID`. */
export function toRecord(event: BusEvent, facts: RecordFacts): EventRecord {
  const headers: Record<string, string> = { 'content-type': 'application/avro' }
  for (const [name, value] of Object.entries(event)) {
    if (typeof value === 'string' && name !== 'datacontenttype') headers[`ce_${name}`] = value
  }
  if (event.datacontenttype !== undefined) headers.bus_datacontenttype = event.datacontenttype
  headers.bus_hash = facts.hash
  headers.bus_recordedtime = facts.recordedTime
  headers.bus_act = String(facts.act)
  if (facts.signature) headers.bus_signature = JSON.stringify(facts.signature)
  else headers.bus_unsigned = 'true'
  if (facts.hosted) headers.bus_hosted = 'true'
  if (facts.traceparent !== undefined) headers.traceparent = facts.traceparent
  return {
    topic: topicOf(event.type),
    key: Buffer.from(event.subject),
    value: facts.codec.encode(event.data, facts.schemaId),
    headers,
    source: event.source,
    id: event.id,
    hash: facts.hash,
    recordedTime: facts.recordedTime
  }
}

/** Puts the signed receipt into a record's headers, so that whoever reads the log can tell it from a stranger's. */
export function withReceipt<T extends EventRecord>(
  record: T,
  receipt: Proof
): T & { readonly receipt: Proof } {
  return { ...record, receipt, headers: { ...record.headers, bus_receipt: JSON.stringify(receipt) } }
}

/**
 * Rebuilds the event exactly as it was written. Undefined where the schema id
 * is not known yet. Throws `BUS_RECORD_FOREIGN` for what the bus cannot have
 * written; whether it did is told by the receipt and the event's hash.
 */
export function fromRecord(
  record: { readonly value: Uint8Array; readonly headers: Readonly<Record<string, string>> },
  codecOf: (schemaId: number) => PayloadCodec | undefined
): ReadRecord | undefined {
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
    receipt: proofOf(headers.bus_receipt),
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
  return { ...event, data } as unknown as BusEvent
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

/** A proof as `toRecord` wrote it. */
function proofOf(header: string | undefined): Proof | undefined {
  return header === undefined ? undefined : (parseProof(header) ?? refuse())
}

function refuse(cause?: unknown): never {
  throw new BusError('BUS_RECORD_FOREIGN', 'record-unreadable', { cause })
}
