import { DatabaseSync } from 'node:sqlite'

/**
 * Opens a database file for writing: WAL, every commit flushed; checkpoints are
 * the writer's own business, since SQLite hides that one failed. Its cache, 16
 * MiB, holds what a transaction of 500 events changes; what it could not hold
 * would be written twice.
 */
export function openForWriting(file: string): DatabaseSync {
  const db = new DatabaseSync(file)
  db.exec('PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON')
  db.exec('PRAGMA busy_timeout=5000; PRAGMA cache_size=-16384; PRAGMA wal_autocheckpoint=0')
  return db
}

export function openForReading(file: string): DatabaseSync {
  const db = new DatabaseSync(file, { readOnly: true })
  db.exec('PRAGMA busy_timeout=5000')
  return db
}
