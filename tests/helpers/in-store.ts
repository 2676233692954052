import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { Client } from 'pg'

export type Settings = Readonly<Record<string, unknown>>

/** Runs statements in the store of a bus, behind its back: SQLite's, and PostgreSQL's where it is there. */
export async function inStore(
  folder: string,
  settings: Settings,
  { sqlite, postgres }: { sqlite: string; postgres: string }
) {
  const url = (settings.store as { postgres?: { url: string } } | undefined)?.postgres?.url
  if (url === undefined) {
    const db = new DatabaseSync(join(folder, 'store.sqlite'), { timeout: 5000 })
    try {
      return db.prepare(sqlite).all() as Record<string, unknown>[]
    } finally {
      db.close()
    }
  }
  const client = new Client(url)
  await client.connect()
  try {
    return (await client.query(postgres)).rows as Record<string, unknown>[]
  } finally {
    await client.end()
  }
}

/** Every quarantined record of a bus. */
export function quarantinedIn(folder: string, settings: Settings): Promise<Record<string, unknown>[]> {
  const statement =
    'SELECT shard, position, topic, reason, "quarantinedAt", source, id, hash FROM "projectorQuarantine"'
  return inStore(folder, settings, { sqlite: statement, postgres: statement })
}
