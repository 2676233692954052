import { randomBytes, randomUUID } from 'node:crypto'
import type { NewRecord } from '#engines/event-log/event-log.ts'

/** A record of the size that the bus writes for the schema's example document. */
export type MadeRecord = NewRecord

const valueBytes = 700
const tokenLength = 420

/** Records with random ids and subjects in order; their content is random too, so that it cannot be compressed. */
export function makeRecords(count: number): readonly MadeRecord[] {
  const token = randomBytes(tokenLength).toString('base64url').slice(0, tokenLength)
  const source = '/agencies/000.00.91.H03/systems/qlvb'
  return Array.from({ length: count }, (_unused, number): MadeRecord => {
    const hash = randomBytes(32).toString('hex')
    const id = randomUUID()
    const recordedTime = new Date().toISOString()
    const receipt = { token, index: 0, size: 1, path: [] }
    const headers = {
      'content-type': 'application/avro',
      ce_id: id,
      ce_source: source,
      ce_type: 'document.issued.v1',
      bus_hash: hash,
      bus_recordedtime: recordedTime,
      bus_signature: JSON.stringify(receipt),
      bus_receipt: JSON.stringify(receipt)
    }
    const key = Buffer.from(`000.00.91.H03,2026/11/24,${number % 100_000}/SMA-VP`)
    const value = randomBytes(valueBytes)
    return { topic: 'lienthong.document', key, value, headers, source, id, hash, recordedTime, receipt }
  })
}
