import type { DatabaseSync } from 'node:sqlite'
import type { ReservationTables } from '#engines/event-log/kafka/reservation-tables.ts'
import type { LogExport } from './log-export.ts'

export type Row = Readonly<Record<string, string | number | Uint8Array | null>>

/** A table to copy, whatever its name is in the source. */
export interface MovedTable {
  readonly name: string
  /** Columns of its primary key. */
  readonly keys: readonly string[]
  count(): number
  /** Its rows in the order of the key, texts byte by byte; only those after `after`, if given. */
  rows(after?: Row): Iterable<Row>
}

/** Tables that are not copied as they are. */
const others: readonly string[] = [
  'storeMigrations', // Belongs to the database itself.
  'storeMeta', // Copied last.
  'projectorPositions', // Belongs to the old log.
  'logEntries', // The log itself is copied to the topics.
  'logOffsets',
  'logTokens',
  'archiveKeys', // The archive on PostgreSQL has indexes instead.
  'archiveRuns',
  'logIds', // Made from archive and log.
  'logReceipts',
  'logIdentity', // Belongs to the new log.
  'logTopics',
  'attachmentUploads', // The bytes of unfinished uploads are not copied.
  'attachmentArrivals', // Requests of processes that have ended.
  'flowGenerations', // The view of flows is made again from the archive.
  'flowSteps',
  'flowTerms',
  'flowExpected',
  'controlPeers', // Processes that have ended.
  'channelLeases',
  'alertStates', // Found anew.
  'alertMessages'
]

/** All tables of a store, except those copied in another way. */
export function tablesOf(store: DatabaseSync): readonly MovedTable[] {
  const names = store
    .prepare(`SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name`)
    .all()
    .map(({ name }) => String(name))
  return names.filter((name) => !others.includes(name)).map((name) => tableOf(store, name))
}

function tableOf(store: DatabaseSync, name: string): MovedTable {
  const keys = store
    .prepare('SELECT name FROM pragma_table_info(?) WHERE pk > 0 ORDER BY pk')
    .all(name)
    .map((column) => String(column.name))
  if (keys.length === 0) throw new TypeError(`${name} has no primary key`)
  const order = keys.map((key) => `"${key}"`).join(', ')
  return {
    name,
    keys,
    count: () => Number(store.prepare(`SELECT count(*) AS n FROM "${name}"`).get()?.n),
    rows(after) {
      const places = keys.map(() => '?').join(', ')
      const beyond = after ? `WHERE (${order}) > (${places})` : ''
      const all = store.prepare(`SELECT * FROM "${name}" ${beyond} ORDER BY ${order}`)
      return all.iterate(...(after ? keys.map((key) => after[key] ?? null) : [])) as Iterable<Row>
    }
  }
}

/** The ids and receipts of a log, as tables of the new log. */
export function idTablesOf(log: LogExport): readonly MovedTable[] {
  return [
    {
      name: 'logReceipts',
      keys: ['number'],
      count: log.receiptCount,
      rows: (after) => log.receipts(after as ReservationTables['logReceipts'] | undefined) as Iterable<Row>
    },
    {
      name: 'logIds',
      keys: ['source', 'id'],
      count: log.idCount,
      *rows(after) {
        for (const held of log.ids(after as ReservationTables['logIds'] | undefined)) {
          yield { ...held, state: 'held', owner: '', leaseUntil: 0 } satisfies ReservationTables['logIds']
        }
      }
    }
  ]
}
