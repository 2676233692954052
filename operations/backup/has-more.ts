import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { DatabaseSync } from 'node:sqlite'
import { eventsOfKeySql, hashKey } from '#bus/archive/key-runs.ts'
import { recordIdOf } from '#bus/control/act-journal.ts'
import type { RecordId, StoredRecord } from '#engines/event-log/event-log.ts'
import { sqliteCodeOf } from '#engines/store/sqlite/sqlite-faults.ts'
import { type LogFile, logFileName, openLogFile } from '#runtime/log-file.ts'
import { unchanging, withDatabase } from './databases.ts'

/** An event or another record. In another epoch the same event is recorded at another time. */
type Named = RecordId & Pick<StoredRecord, 'hash' | 'recordedTime'>

interface Act {
  readonly number: number
  readonly body: string
  readonly recordedAt: string
}

/** The last of each sequence that a data folder has; each of them only grows. */
interface Last {
  readonly records: readonly Named[]
  readonly act: Act | undefined
}

/** Whether a data folder has records that a backup lacks, or that cannot be read. Either may be of an earlier release. */
export function hasMore(folder: string, from: string): boolean {
  const last = lastIn(folder)
  if (last === 'unreadable') return true
  return withDatabase(unchanging(join(from, 'store.sqlite')), (store) => {
    const file = join(from, logFileName)
    const log = existsSync(file) ? openLogFile(unchanging(file)) : undefined
    try {
      const isAll =
        last.records.every((record) => holds(store, log, record)) && holdsAct(store, log, last.act)
      return !isAll
    } finally {
      log?.close()
    }
  })
}

function lastIn(folder: string): Last | 'unreadable' {
  const [store, log] = [join(folder, 'store.sqlite'), join(folder, logFileName)]
  try {
    const inStore = existsSync(store) ? withDatabase(store, lastInStore) : { records: [], act: undefined }
    return existsSync(log) ? { ...inStore, records: [...inStore.records, ...lastInFile(log)] } : inStore
  } catch (error) {
    if (sqliteCodeOf(error) === undefined) throw error
    return 'unreadable'
  }
}

const namedColumns = 'source, id, hash, "recordedTime"'

function lastInStore(store: DatabaseSync): Last {
  const last = (sql: string): unknown => store.prepare(`${sql} DESC LIMIT 1`).get()
  const event = last(`SELECT ${namedColumns} FROM "archiveEvents" ORDER BY number`)
  const entry =
    hasTable(store, 'logEntries') && last(`SELECT ${namedColumns} FROM "logEntries" ORDER BY position`)
  const act = last('SELECT number, body, "recordedAt" FROM "controlActs" ORDER BY number')
  return { records: [event, entry].filter((row) => row) as Named[], act: act as Act | undefined }
}

function lastInFile(file: string): readonly Named[] {
  const log = openLogFile(file)
  try {
    return log.after(log.last() - 1).map(({ entry }) => entry)
  } finally {
    log.close()
  }
}

function holds(store: DatabaseSync, log: LogFile | undefined, record: Named): boolean {
  const { source, id, hash, recordedTime } = record
  const same = (row: unknown): boolean => {
    const found = row as Partial<Named> | undefined
    return found?.hash === hash && found.recordedTime === recordedTime
  }
  const mayBe = hasTable(store, 'archiveKeys')
    ? `number IN (${eventsOfKeySql(String(hashKey(hash)))})`
    : 'TRUE'
  const inArchive = `SELECT ${namedColumns} FROM "archiveEvents" WHERE hash = ? AND ${mayBe}`
  const inEntries = `SELECT ${namedColumns} FROM "logEntries" WHERE source = ? AND id = ?`
  return (
    same(store.prepare(inArchive).get(hash)) ||
    (hasTable(store, 'logEntries') && same(store.prepare(inEntries).get(source, id))) ||
    same(log?.find(record))
  )
}

/** A log may have an act that the store beside it, which was copied before, lacks. */
function holdsAct(store: DatabaseSync, log: LogFile | undefined, act: Act | undefined): boolean {
  if (!act) return true
  const same = store.prepare('SELECT body, "recordedAt" FROM "controlActs" WHERE number = ?').get(act.number)
  if (same) return same.body === act.body && same.recordedAt === act.recordedAt
  return log?.find(recordIdOf(act.number))?.recordedTime === act.recordedAt
}

/** The store of an earlier release lacks some. */
function hasTable(store: DatabaseSync, name: string): boolean {
  return store.prepare('SELECT 1 FROM sqlite_schema WHERE name = ?').get(name) !== undefined
}
