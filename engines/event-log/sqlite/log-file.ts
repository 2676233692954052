import { DatabaseSync } from 'node:sqlite'

/**
 * Ids fall anywhere in their table, so that its rows are short; what is held
 * under them is kept by position, also when old records are trimmed.
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

/** Position of the last record, though it be trimmed; null while there is none. */
export const lastPositionSql = 'SELECT max(position) AS last FROM stored'

/** Opens the log's file for its one writer. Checkpoints are the writer's own business, in small steps. */
export function openLogForWriting(file: string): DatabaseSync {
  const db = new DatabaseSync(file)
  db.exec('PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA wal_autocheckpoint=0')
  db.exec(schema)
  return db
}
