import { existsSync } from 'node:fs'
import { cp, lchown, mkdir, readdir, rename, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { pathToFileURL } from 'node:url'
import { recordIdOf } from '#bus/control/act-journal.ts'
import { lastPositionSql } from '#engines/event-log/sqlite/log-file.ts'
import { findIdSql } from '#engines/event-log/sqlite/write-batch.ts'
import { sqliteCodeOf } from '#engines/store/sqlite/sqlite-faults.ts'
import { type FormatNote, formatName, refuseNewerNote } from '#runtime/data-format.ts'

/** Throws `BUS_CONFIG_INVALID` if a newer release has changed the form of the data in a backup. */
export function refuseNewerBackup(from: string): void {
  // Nobody writes to it, and SQLite adds no files beside it.
  const unchanged = new URL('?immutable=1', pathToFileURL(join(from, 'store.sqlite')))
  const note = withDatabase(unchanged, (db) =>
    db.prepare('SELECT value FROM "storeMeta" WHERE name = ?').get(formatName)
  )
  if (note) refuseNewerNote(JSON.parse(String(note.value)) as FormatNote)
}

/** Whether a data folder has records that a backup lacks, or that cannot be read. */
export function hasMore(folder: string, from: string): boolean {
  return logHasMore(folder, from) || storeHasMore(folder, from)
}

const lastSql = 'SELECT position, hash FROM stored ORDER BY position DESC LIMIT 1'
const hashSql = 'SELECT hash FROM stored WHERE position = ?'

/** The log only grows: the backup has all of it if it has the last record. */
function logHasMore(folder: string, from: string): boolean {
  const last = rowThere(join(folder, 'log.sqlite'), lastSql)
  if (typeof last !== 'object') return last === 'unreadable'
  const same = withDatabase(join(from, 'log.sqlite'), (db) => db.prepare(hashSql).get(Number(last.position)))
  return !same || !Buffer.from(last.hash as Uint8Array).equals(same.hash as Uint8Array)
}

const reachedSql = `SELECT (SELECT coalesce(max(position), 0) FROM "projectorPositions") AS position,
  (SELECT coalesce(max(number), 0) FROM "controlActs") AS act`

/**
 * For a data folder that has lost its log, or has acts that are not yet in it. A backup's store is older than its
 * log, from which the bus adds the rest.
 */
function storeHasMore(folder: string, from: string): boolean {
  const here = rowThere(join(folder, 'store.sqlite'), reachedSql)
  if (typeof here !== 'object') return here === 'unreadable'
  const [position, act] = [Number(here.position), Number(here.act)]
  const there = withDatabase(join(from, 'store.sqlite'), (db) => db.prepare(reachedSql).get())
  return withDatabase(join(from, 'log.sqlite'), (db) => {
    if (position > Number(db.prepare(lastPositionSql).get()?.last ?? 0)) return true
    const { source, id } = recordIdOf(act)
    return act > Number(there?.act) && db.prepare(findIdSql).get(source, id) === undefined
  })
}

/** A row of a database of the data folder, which may be away or damaged. */
function rowThere(file: string, sql: string): Readonly<Record<string, unknown>> | 'none' | 'unreadable' {
  if (!existsSync(file)) return 'none'
  try {
    return withDatabase(file, (db) => db.prepare(sql).get()) ?? 'none'
  } catch (error) {
    if (sqliteCodeOf(error) === undefined) throw error
    return 'unreadable'
  }
}

/** Moves the databases of a data folder into a folder in it, named by the time, with a copy of the keys. Returns its path. */
export async function moveAside(folder: string): Promise<string> {
  const aside = join(folder, `replaced-${new Date().toISOString().replaceAll(':', '-')}`)
  await mkdir(aside, { mode: 0o700 })
  for (const name of await readdir(folder))
    if (/^(?:store|log)\.sqlite/.test(name)) await rename(join(folder, name), join(aside, name))
  if (existsSync(join(folder, 'keys')))
    await cp(join(folder, 'keys'), join(aside, 'keys'), { recursive: true })
  return aside
}

/** Gives what root has written into a folder to the folder's owner, as whom the bus runs. */
export async function giveToOwner(folder: string): Promise<void> {
  if (process.getuid?.() !== 0 || !existsSync(folder)) return
  const { uid, gid } = await stat(folder)
  if (uid === 0 && gid === 0) return
  for (const name of await readdir(folder, { recursive: true })) await lchown(join(folder, name), uid, gid)
}

function withDatabase<T>(file: string | URL, use: (db: DatabaseSync) => T): T {
  const db = new DatabaseSync(file, { readOnly: true })
  try {
    return use(db)
  } finally {
    db.close()
  }
}
