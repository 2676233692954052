import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { setTimeout as pause } from 'node:timers/promises'
import { Client } from 'pg'
import { sqliteCodeOf } from '#engines/store/sqlite/sqlite-faults.ts'

/** SQLITE_BUSY */
const busy = 5

export type Settings = Readonly<Record<string, unknown>>

/** Runs statements in the store of a bus, behind its back: SQLite's, and PostgreSQL's where it is there. */
export async function inStore(
  folder: string,
  settings: Settings,
  { sqlite, postgres }: { sqlite: string; postgres: string }
) {
  const url = (settings.store as { postgres?: { url: string } } | undefined)?.postgres?.url
  if (url === undefined) {
    return inSqlite(join(folder, 'store.sqlite'), sqlite)
  }
  const client = new Client(url)
  await client.connect()
  try {
    return (await client.query(postgres)).rows as Record<string, unknown>[]
  } finally {
    await client.end()
  }
}

/** Waits for a lock without holding this thread: a bus in this process commits from here. */
async function inSqlite(file: string, statement: string): Promise<Record<string, unknown>[]> {
  const db = new DatabaseSync(file, { timeout: 0 })
  try {
    for (;;) {
      try {
        return db.prepare(statement).all() as Record<string, unknown>[]
      } catch (error) {
        if (sqliteCodeOf(error) !== busy) throw error
        await pause(5)
      }
    }
  } finally {
    db.close()
  }
}

/** Every quarantined record of a bus. */
export function quarantinedIn(folder: string, settings: Settings): Promise<Record<string, unknown>[]> {
  const statement =
    'SELECT shard, position, topic, reason, "quarantinedAt", source, id, hash FROM "projectorQuarantine"'
  return inStore(folder, settings, { sqlite: statement, postgres: statement })
}
