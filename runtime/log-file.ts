import type { ArchiveLogTables } from '#bus/archive-log/archive-log-tables.ts'
import type { RecordId, StoredRecord } from '#engines/event-log/event-log.ts'
import { openForReading } from '#engines/store/sqlite/connections.ts'

/** Where an earlier release has its log: a file of its own in the data folder. */
export const logFileName = 'log.sqlite'

/** A record of it, as an entry of the log today. */
export interface FiledRecord {
  readonly entry: ArchiveLogTables['logEntries']
  /** Those that the entry names. */
  readonly tokens: readonly ArchiveLogTables['logTokens'][]
  /** Whether the file finds it by its source and id. */
  readonly isNamed: boolean
}

export interface LogFile {
  /** The records after a position, in their order: at most 500, and about 4 MiB. */
  after(position: number): readonly FiledRecord[]
  /** The last position that the file has given out; 0 if there was none. */
  last(): number
  /** The hash and time of the record with a name; undefined if there is none. */
  find(name: RecordId): Pick<StoredRecord, 'hash' | 'recordedTime'> | undefined
  offsets(): readonly ArchiveLogTables['logOffsets'][]
  close(): void
}

const maxRecords = 500
const maxBytes = 4_194_304
const nodeBytes = 32

const recordsSql = `
SELECT position, topic, partition, "offset", key, value, headers, lower(hex(hash)) AS hash, recordedTime,
  receipt, leaf, size, path, signature, receipts.token AS receiptToken, signatures.token AS signatureToken
FROM stored JOIN records USING (position) JOIN tokens AS receipts ON receipts.number = receipt
LEFT JOIN tokens AS signatures ON signatures.number = signature
WHERE position > ? ORDER BY position LIMIT ${maxRecords}`

/** Opens the log of an earlier release. Throws the error of SQLite if it cannot be read. */
export function openLogFile(file: string | URL): LogFile {
  const db = openForReading(file)
  const records = db.prepare(recordsSql)
  const positionOf = db.prepare('SELECT position FROM ids WHERE source = ? AND id = ?')
  const found = db.prepare(
    'SELECT lower(hex(hash)) AS hash, recordedTime FROM ids JOIN stored USING (position) WHERE source = ? AND id = ?'
  )

  const toRecord = (row: Readonly<Record<string, unknown>>): FiledRecord => {
    const { position, receipt, receiptToken, signature, signatureToken, path, ...rest } = row
    const { ce_source: source = '', ce_id: id = '' } = JSON.parse(String(row.headers)) as Partial<
      Record<string, string>
    >
    const tokens = [
      { number: Number(receipt), token: String(receiptToken) },
      ...(signature === null ? [] : [{ number: Number(signature), token: String(signatureToken) }])
    ]
    const entry = { ...rest, position, receipt, signature, source, id, path: nodesOf(path as Uint8Array) }
    return {
      entry: entry as FiledRecord['entry'],
      tokens,
      isNamed: positionOf.get(source, id)?.position === position
    }
  }

  return {
    after(position) {
      const some: FiledRecord[] = []
      let bytes = 0
      for (const row of records.iterate(position)) {
        bytes += (row.value as Uint8Array).length + String(row.headers).length
        if (some.length > 0 && bytes > maxBytes) break
        some.push(toRecord(row))
      }
      return some
    },
    last: () => Number(db.prepare('SELECT max(position) AS last FROM stored').get()?.last ?? 0),
    find({ source, id }) {
      const row = found.get(source, id)
      return row && { hash: String(row.hash), recordedTime: String(row.recordedTime) }
    },
    offsets: () =>
      db
        .prepare('SELECT topic, partition, next FROM offsets')
        .all() as unknown as readonly ArchiveLogTables['logOffsets'][],
    close: () => db.close()
  }
}

/** The nodes of a receipt's path, as an entry has them. */
function nodesOf(blob: Uint8Array): string {
  const bytes = Buffer.from(blob.buffer, blob.byteOffset, blob.length)
  const path: string[] = []
  for (let at = 0; at < bytes.length; at += nodeBytes) {
    path.push(bytes.toString('base64url', at, at + nodeBytes))
  }
  return path.join(' ')
}
