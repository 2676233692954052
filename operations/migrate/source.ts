import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import type { StoredAct } from '#bus/control/act-journal.ts'
import { activityTopic } from '#engines/event-log/activity-topic.ts'
import type { MetaTables } from '#engines/store/meta.ts'
import { lockFolder } from '#engines/store/sqlite/folder-lock.ts'
import { BusError } from '#protocol/errors/bus-error.ts'
import { refuseUnfinishedRestore } from '#runtime/unfinished-restore.ts'
import { type LogExport, openLogExport } from './log-export.ts'
import { idTablesOf, type MovedTable, tablesOf } from './moved-tables.ts'

/** A data folder that no bus uses, open for reading. */
export interface Source {
  /** In the order in which they are copied. */
  readonly tables: readonly MovedTable[]
  readonly log: LogExport
  /** The acts, by number. */
  acts(): Iterable<StoredAct>
  /** Epoch, restores, the key of cursors and the operator keys. */
  meta(): readonly MetaTables['storeMeta'][]
  /** Number of events in the log that are not projected yet. */
  unprojected(): number
  unfinishedUploads(): number
  /** Attachments that an agency has or an event lists. */
  attachments(): Iterable<{ readonly sha256: string; readonly size: number }>
  event(number: number): { readonly body: string } | undefined
  lastEvent(): number
  close(): void
}

/**
 * Opens a data folder for this process only. Throws `BUS_DATA_IN_USE` if a bus runs on it, and
 * `BUS_CONFIG_INVALID` if the folder has no bus or an unfinished restore.
 */
export function openSource(folder: string): Source {
  for (const name of ['store.sqlite', 'log.sqlite']) {
    if (existsSync(join(folder, name))) continue
    throw new BusError('BUS_CONFIG_INVALID', 'backup-nothing-there', { values: { path: folder } })
  }
  refuseUnfinishedRestore(folder)
  const unlock = lockFolder(folder)
  const store = new DatabaseSync(join(folder, 'store.sqlite'), { readOnly: true })
  const log = openLogExport(folder)
  /** Rows, typed as the query returns them. */
  const rows = <T>(sql: string, ...values: readonly number[]): Iterable<T> =>
    store.prepare(sql).iterate(...values) as Iterable<T>
  const numberIn = (sql: string): number => [...rows<{ n: number | null }>(sql)][0]?.n ?? 0

  return {
    tables: [...tablesOf(store), ...idTablesOf(log)],
    log,
    acts: () => rows('SELECT * FROM "controlActs" ORDER BY number'),
    meta: () => [...rows<MetaTables['storeMeta']>('SELECT name, value FROM "storeMeta" ORDER BY name')],
    unprojected() {
      const position = numberIn('SELECT max(position) AS n FROM "projectorPositions"')
      const domains = [...log.counts().keys()].filter((topic) => topic !== activityTopic)
      return log.countAfter(position, domains)
    },
    unfinishedUploads: () => numberIn('SELECT count(*) AS n FROM "attachmentUploads"'),
    attachments: () =>
      rows(`SELECT sha256, max(size) AS size FROM
        (SELECT sha256, size FROM "attachmentPins" UNION ALL SELECT sha256, size FROM "attachmentHolders")
        GROUP BY sha256`),
    event: (number) =>
      [...rows<{ body: string }>('SELECT body FROM "archiveEvents" WHERE number = ?', number)][0],
    lastEvent: () => numberIn('SELECT max(number) AS n FROM "archiveEvents"'),
    close() {
      log.close()
      store.close()
      unlock()
    }
  }
}
