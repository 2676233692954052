import { DatabaseSync } from 'node:sqlite'

/**
 * Rows of `ids` are short because ids are inserted at random places of the table. What is stored under an
 * id is kept by position, even after old records are trimmed.
 */
const schema = `
CREATE TABLE IF NOT EXISTS records (
  position INTEGER PRIMARY KEY,
  topic TEXT NOT NULL,
  partition INTEGER NOT NULL,
  "offset" INTEGER NOT NULL,
  key BLOB NOT NULL,
  value BLOB NOT NULL,
  headers TEXT NOT NULL,
  signature INTEGER
);
CREATE TABLE IF NOT EXISTS offsets (
  topic TEXT NOT NULL, partition INTEGER NOT NULL, next INTEGER NOT NULL,
  PRIMARY KEY (topic, partition)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS ids (
  source TEXT NOT NULL, id TEXT NOT NULL, position INTEGER NOT NULL,
  PRIMARY KEY (source, id)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS stored (
  position INTEGER PRIMARY KEY, hash BLOB NOT NULL, recordedTime TEXT NOT NULL,
  receipt INTEGER NOT NULL, leaf INTEGER NOT NULL, size INTEGER NOT NULL, path BLOB NOT NULL
);
CREATE TABLE IF NOT EXISTS tokens (number INTEGER PRIMARY KEY, token TEXT NOT NULL);
`

/** Position of the last record, even if it was trimmed; null if there was none. */
export const lastPositionSql = 'SELECT max(position) AS last FROM stored'

/** Opens the log's file for its only writer, which runs checkpoints itself, in small steps. */
export function openLogForWriting(file: string): DatabaseSync {
  const db = new DatabaseSync(file)
  db.exec('PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA wal_autocheckpoint=0')
  db.exec(schema)
  return db
}
