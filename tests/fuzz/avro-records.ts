import fc from 'fast-check'
import type { LogRecord } from '#engines/event-log/event-log.ts'
import type { BusEvent } from '#protocol/events/event.ts'
import { createPayloadCodec } from '#protocol/events/payload-codec.ts'
import { toRecord, withReceipt } from '#protocol/events/record.ts'
import { importSigningKey } from '#protocol/trust/jwk.ts'
import { signReceipts } from '#protocol/trust/receipt.ts'
import { shippedSchemas } from '#runtime/shipped-schemas.ts'
import { everyShape } from '../helpers/every-shape.ts'
import { payloadArbitrary } from '../helpers/payload-arbitrary.ts'
import { derivedKey } from './derived-keys.ts'
import { leafOf } from './strict-reading.ts'
import { documentOf } from './token-makers.ts'

/** A record as the log holds it; `value` in base64. */
export interface RecordInput {
  readonly headers: Readonly<Record<string, string>>
  readonly value: string
}

/** Schemas by id, from 1. */
export const schemas = [{ type: 'test.happened.v1', text: everyShape }, ...shippedSchemas()].map(
  (schema, index) => ({
    ...schema,
    id: index + 1,
    codec: createPayloadCodec(schema.text)
  })
)

const busKey = derivedKey('bus', 'EdDSA').jwk
export const { d: _private, ...busPublicJwk } = busKey

export const recordedTime = '2026-11-24T00:00:00.123Z'

/** Records of every schema as the bus writes them, with its receipts. */
export async function goodRecords(): Promise<readonly RecordInput[]> {
  const proof = { token: 'a.b.c', index: 0, size: 1, path: [] }
  const records = schemas.flatMap(({ type, id, codec }) =>
    fc.sample(payloadArbitrary(codec.shape), { seed: id, numRuns: 3 }).map((data, index) => {
      const event = { ...documentOf('A', `avro-${id}-${index}`), type, data } as unknown as BusEvent
      const hash = leafOf(event).toString('hex')
      return toRecord(event, {
        codec,
        schemaId: id,
        act: 1,
        recordedTime,
        hash,
        signature: proof,
        hosted: false,
        traceparent: undefined
      })
    })
  )
  const leaves = records.map(({ source, id, hash }) => ({ source, id, hash, recordedtime: recordedTime }))
  const receipts = await signReceipts(leaves, await importSigningKey(busKey), Date.parse(recordedTime))
  return records.map((record, index) => {
    const receipt = receipts[index] ?? proof
    const { headers, value } = withReceipt(record, receipt)
    return { headers, value: Buffer.from(value).toString('base64') }
  })
}

export function toLogRecord({ headers, value }: RecordInput): LogRecord {
  const bytes = Buffer.from(value, 'base64')
  return {
    shard: 'log',
    position: 1,
    topic: 'lienthong.test',
    partition: 0,
    offset: 0,
    key: Buffer.alloc(0),
    value: bytes,
    headers
  }
}

/** What tells one genuine record from all others: what its receipt was given for. */
export function namesOf({ headers }: RecordInput): string {
  return JSON.stringify([headers.ce_source, headers.ce_id, headers.bus_hash, headers.bus_recordedtime])
}
