import type { Proof } from '#protocol/events/proof.ts'
import type { LogRecord } from '../event-log.ts'
import { readHeaders } from './headers.ts'
import { unpackPath } from './pack-records.ts'

type Row = Readonly<Record<string, unknown>>

/** SQLite has one order for all records. */
export const onlyShard = 'log'

/** Records with their receipts and signatures; callers may filter and sort by `position`. */
export const recordsSql = `
SELECT position, topic, partition, "offset", key, value, headers, leaf, size, path, receipts.token AS token, signatures.token AS signature
FROM records JOIN stored USING (position) JOIN tokens AS receipts ON receipts.number = receipt
LEFT JOIN tokens AS signatures ON signatures.number = signature`

/** A row of `recordsSql`. */
export function toLogRecord(row: Row): LogRecord {
  const headers = String(row.headers)
  const signature = row.signature === null ? undefined : String(row.signature)
  return {
    shard: onlyShard,
    position: Number(row.position),
    topic: String(row.topic),
    partition: Number(row.partition),
    offset: Number(row.offset),
    key: row.key as Uint8Array,
    value: row.value as Uint8Array,
    headers: readHeaders({ headers, signature }, () => toReceipt(row))
  }
}

/** The receipt in a row joined with its token. */
export function toReceipt({ token, leaf, size, path }: Row): Proof {
  return {
    token: String(token),
    index: Number(leaf),
    size: Number(size),
    path: unpackPath(path as Uint8Array)
  }
}
