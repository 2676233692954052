import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { DatabaseSync } from 'node:sqlite'
import type { StoredAct } from '#bus/control/act-journal.ts'
import type { MetaTables } from '#engines/store/meta.ts'
import { openForReading } from '#engines/store/sqlite/connections.ts'
import { lockFolder } from '#engines/store/sqlite/folder-lock.ts'
import { BusError } from '#protocol/errors/bus-error.ts'
import { dataFormat, type FormatNote, formatIn } from '#runtime/data-format.ts'
import { refuseUnfinishedRestore } from '#runtime/unfinished-restore.ts'
import { bodiesIn, createLogExport, type LogExport } from './log-export.ts'
import { idTablesOf, type MovedTable, tablesOf } from './moved-tables.ts'

/** What a data folder says about its bus, whichever release wrote it. No bus uses it meanwhile. */
export interface BusState {
  /** The acts, by number. */
  acts(): Iterable<StoredAct>
  /** Epoch, restores, the key of cursors and the operator keys. */
  meta(): readonly MetaTables['storeMeta'][]
  format(): FormatNote | undefined
  close(): void
}

/** A data folder in the form of this release, open for reading. */
export interface Source extends BusState {
  /** In the order in which they are copied. */
  readonly tables: readonly MovedTable[]
  readonly log: LogExport
  /** Number of events in the log that are not projected yet. */
  unprojected(): number
  unfinishedUploads(): number
  /** Attachments that an agency has or an event lists. */
  attachments(): Iterable<{ readonly sha256: string; readonly size: number }>
  event(number: number): { readonly body: string } | undefined
  lastEvent(): number
}

/**
 * Opens a data folder for this process only. Throws `BUS_DATA_IN_USE` if a bus runs on it, and
 * `BUS_CONFIG_INVALID` if the folder has no bus or an unfinished restore.
 */
export function openState(folder: string): BusState {
  return openStore(folder).state
}

/** As `openState`; also throws `BUS_CONFIG_INVALID` for data that no bus of this release has converted. */
export function openSource(folder: string): Source {
  const { state, store } = openStore(folder)
  try {
    refuseOldForm(folder, state)
    return { ...state, ...sourceIn(store) }
  } catch (error) {
    state.close()
    throw error
  }
}

/** The start of a bus converts the data of an earlier release. */
function refuseOldForm(folder: string, { format }: Pick<BusState, 'format'>): void {
  if ((format()?.format ?? 0) >= dataFormat) return
  throw new BusError('BUS_CONFIG_INVALID', 'migration-source-old', { values: { folder } })
}

function openStore(folder: string): { readonly store: DatabaseSync; readonly state: BusState } {
  const file = join(folder, 'store.sqlite')
  if (!existsSync(file)) {
    throw new BusError('BUS_CONFIG_INVALID', 'backup-nothing-there', { values: { path: folder } })
  }
  refuseUnfinishedRestore(folder)
  const unlock = lockFolder(folder)
  const store = openForReading(file)
  return {
    store,
    state: {
      acts: () => rowsIn(store, 'SELECT * FROM "controlActs" ORDER BY number'),
      meta: () => [
        ...rowsIn<MetaTables['storeMeta']>(store, 'SELECT name, value FROM "storeMeta" ORDER BY name')
      ],
      format: () => formatIn(store),
      close() {
        store.close()
        unlock()
      }
    }
  }
}

function sourceIn(store: DatabaseSync): Omit<Source, keyof BusState> {
  const log = createLogExport(store)
  const bodyOf = bodiesIn(store)
  const numberIn = (sql: string): number => [...rowsIn<{ n: number | null }>(store, sql)][0]?.n ?? 0
  return {
    tables: [...tablesOf(store), ...idTablesOf(log)],
    log,
    unprojected: () => log.eventsAfter(numberIn('SELECT max(position) AS n FROM "projectorPositions"')),
    unfinishedUploads: () => numberIn('SELECT count(*) AS n FROM "attachmentUploads"'),
    attachments: () =>
      rowsIn(
        store,
        `SELECT sha256, max(size) AS size FROM
        (SELECT sha256, size FROM "attachmentPins" UNION ALL SELECT sha256, size FROM "attachmentHolders")
        GROUP BY sha256`
      ),
    event(number) {
      const row = store.prepare('SELECT body FROM "archiveEvents" WHERE number = ?').get(number)
      return row && { body: bodyOf(String(row.body)) }
    },
    lastEvent: () => numberIn('SELECT max(number) AS n FROM "archiveEvents"')
  }
}

/** Rows, typed as the query returns them. */
function rowsIn<T>(store: DatabaseSync, sql: string, ...values: readonly number[]): Iterable<T> {
  return store.prepare(sql).iterate(...values) as Iterable<T>
}
