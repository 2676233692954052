import type { DatabaseSync } from 'node:sqlite'
import type { ReservationTables } from '#engines/event-log/kafka/reservation-tables.ts'
import type { LogExport } from './log-export.ts'

export type Row = Readonly<Record<string, string | number | null>>

/** A table on its way, whatever it is called where it comes from. */
export interface MovedTable {
  readonly name: string
  /** Columns of its primary key. */
  readonly keys: readonly string[]
  count(): number
  /** Its rows in the key's order, texts byte by byte; those after one, where it is given. */
  rows(after?: Row): Iterable<Row>
}

/** What is not taken along as it is. */
const others: readonly string[] = [
  'storeMigrations', // Of the database itself.
  'storeMeta', // Taken last, when all else is there.
  'projectorPositions', // Of the log that is left behind.
  'logIds', // Taken from the log itself.
  'logReceipts',
  'logIdentity', // Of the log that is filled.
  'attachmentUploads', // Their bytes stay behind: whoever began one begins it again.
  'controlPeers', // Of processes that have ended.
  'channelLeases'
]

/** Every table of a store, but for those that have another way. */
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

/** The ids of a log and their receipts, as the log that goes on with them keeps them. */
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
        for (const { path, ...held } of log.ids(after as ReservationTables['logIds'] | undefined)) {
          yield {
            ...held,
            path: path.join(' '),
            state: 'held',
            owner: '',
            leaseUntil: 0
          } satisfies ReservationTables['logIds']
        }
      }
    }
  ]
}
