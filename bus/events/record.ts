import type { Proof } from '#bus/trust/proof.ts'
import { type BusEvent, domainOf } from './event.ts'
import type { Json, JsonObject } from './json.ts'
import { type PayloadCodec, schemaIdOf } from './payload-codec.ts'

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
  readonly signature: Proof | undefined
  readonly hosted: boolean
  /** Trace context of the request that published it. */
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
  if (facts.hosted) headers.bus_hosted = 'true'
  if (facts.traceparent !== undefined) headers.traceparent = facts.traceparent
  return {
    topic: `lienthong.${domainOf(event.type)}`,
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

/** Rebuilds the event exactly as it was written. Undefined where the schema id is not known yet. */
export function fromRecord(
  record: { readonly value: Uint8Array; readonly headers: Readonly<Record<string, string>> },
  codecOf: (schemaId: number) => PayloadCodec | undefined
): ReadRecord | undefined {
  const { headers, value } = record
  const schemaId = schemaIdOf(value)
  const codec = schemaId === undefined ? undefined : codecOf(schemaId)
  if (schemaId === undefined || !codec) return undefined
  const event: Record<string, Json> = {}
  for (const [name, header] of Object.entries(headers))
    if (name.startsWith('ce_')) event[name.slice(3)] = header
  if (headers.bus_datacontenttype !== undefined) event.datacontenttype = headers.bus_datacontenttype
  event.data = codec.decode(value) satisfies JsonObject
  return {
    event: event as unknown as BusEvent,
    schemaId,
    hash: headers.bus_hash ?? '',
    recordedTime: headers.bus_recordedtime ?? '',
    act: Number(headers.bus_act),
    signature: proofIn(headers.bus_signature),
    receipt: proofIn(headers.bus_receipt),
    hosted: headers.bus_hosted === 'true',
    traceparent: headers.traceparent
  }
}

function proofIn(header: string | undefined): Proof | undefined {
  return header === undefined ? undefined : (JSON.parse(header) as Proof)
}
