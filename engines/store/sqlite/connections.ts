import { DatabaseSync } from 'node:sqlite'
import { textKey } from '../text-key.ts'

/** Milliseconds; from the first statement on, since another connection may be recovering the file. */
const timeout = 5000

/**
 * Opens a database file for writing, with WAL and every commit flushed. The writer runs checkpoints itself,
 * because SQLite hides a failed automatic one. The cache of 16 MiB holds all pages that a transaction of
 * 500 events changes; a smaller one would write pages twice.
 */
export function openForWriting(file: string): DatabaseSync {
  const db = withFunctions(new DatabaseSync(file, { timeout }))
  db.exec('PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON')
  db.exec('PRAGMA cache_size=-16384; PRAGMA wal_autocheckpoint=0')
  return db
}

export function openForReading(file: string | URL): DatabaseSync {
  return withFunctions(new DatabaseSync(file, { readOnly: true, timeout }))
}

function withFunctions(db: DatabaseSync): DatabaseSync {
  db.function('TEXT_KEY', { deterministic: true }, (text) => textKey(String(text)))
  return db
}
