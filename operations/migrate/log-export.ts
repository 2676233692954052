import { join } from 'node:path'
import type { LogRecord } from '#engines/event-log/event-log.ts'
import { recordsSql, toLogRecord, toReceipt } from '#engines/event-log/sqlite/rows.ts'
import { openForReading } from '#engines/store/sqlite/connections.ts'

type StoredLogRecord = Pick<LogRecord, 'position' | 'topic' | 'key' | 'value' | 'headers'>

/** An id in the log, with the number of its first receipt's token and its inclusion path. */
export interface StoredId {
  readonly source: string
  readonly id: string
  /** Hash of the event, hex. */
  readonly hash: string
  readonly recordedTime: string
  /** Number of the receipt's token. */
  readonly receipt: number
  readonly leaf: number
  readonly size: number
  readonly path: readonly string[]
}

/** Everything in a log, to be copied to another engine. Nobody else may be writing it. */
export interface LogExport {
  /** Number of records of each topic. */
  counts(): ReadonlyMap<string, number>
  /** Number of records of these topics after a position. */
  countAfter(position: number, topics: readonly string[]): number
  /** All records, in the order in which they were appended. */
  records(): Iterable<StoredLogRecord>
  idCount(): number
  /** Ids in the order of source and id, byte by byte; only those after `after`, if given. */
  ids(after?: { readonly source: string; readonly id: string }): Iterable<StoredId>
  receiptCount(): number
  /** Receipt tokens in the order of their numbers; only those after `after`, if given. */
  receipts(after?: { readonly number: number }): Iterable<{ readonly number: number; readonly token: string }>
  close(): void
}

export function openLogExport(folder: string): LogExport {
  const db = openForReading(join(folder, 'log.sqlite'))
  const count = (table: string): number => Number(db.prepare(`SELECT count(*) AS n FROM ${table}`).get()?.n)

  return {
    counts: () =>
      new Map(
        db
          .prepare('SELECT topic, count(*) AS n FROM records GROUP BY topic')
          .all()
          .map(({ topic, n }) => [String(topic), Number(n)])
      ),

    countAfter: (position, topics) =>
      topics.reduce((sum, topic) => {
        const found = db.prepare('SELECT count(*) AS n FROM records WHERE position > ? AND topic = ?')
        return sum + Number(found.get(position, topic)?.n)
      }, 0),

    *records() {
      for (const row of db.prepare(`${recordsSql} ORDER BY position`).iterate()) yield toLogRecord(row)
    },

    idCount: () => count('ids'),

    *ids({ source, id } = { source: '', id: '' }) {
      const all = db.prepare(
        `SELECT source, id, stored.*, '' AS token FROM ids JOIN stored USING (position) WHERE (source, id) > (?, ?) ORDER BY source, id`
      )
      for (const row of all.iterate(source, id)) {
        const { index: leaf, size, path } = toReceipt(row)
        yield {
          source: String(row.source),
          id: String(row.id),
          hash: Buffer.from(row.hash as Uint8Array).toString('hex'),
          recordedTime: String(row.recordedTime),
          receipt: Number(row.receipt),
          leaf,
          size,
          path
        }
      }
    },

    receiptCount: () => count('(SELECT DISTINCT receipt FROM stored)'),

    *receipts({ number } = { number: 0 }) {
      const all = db.prepare(
        'SELECT DISTINCT number, token FROM stored JOIN tokens ON number = receipt WHERE number > ? ORDER BY number'
      )
      for (const row of all.iterate(number)) yield { number: Number(row.number), token: String(row.token) }
    },

    close: () => db.close()
  }
}
