import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { setImmediate as turn } from 'node:timers/promises'
import type { MadeRecord } from '../made-records.ts'

const tables = `
CREATE TABLE records (position INTEGER PRIMARY KEY, topic TEXT NOT NULL, partition INTEGER NOT NULL,
  "offset" INTEGER NOT NULL, key BLOB NOT NULL, value BLOB NOT NULL, headers TEXT NOT NULL, signature INTEGER);
CREATE TABLE stored (position INTEGER PRIMARY KEY, hash BLOB NOT NULL, recordedTime TEXT NOT NULL,
  receipt INTEGER NOT NULL, leaf INTEGER NOT NULL, size INTEGER NOT NULL, path BLOB NOT NULL);
CREATE TABLE ids (source TEXT NOT NULL, id TEXT NOT NULL, position INTEGER NOT NULL,
  PRIMARY KEY (source, id)) WITHOUT ROWID`

/** Group commit only: what gathers in a turn of the event loop is one flushed transaction. */
export function openRawSqlite(folder: string) {
  const db = new DatabaseSync(join(folder, 'raw.sqlite'))
  db.exec(`PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; ${tables}`)
  const addRecord = db.prepare('INSERT INTO records VALUES (?, ?, 0, ?, ?, ?, ?, 1)')
  const addStored = db.prepare('INSERT INTO stored VALUES (?, ?, ?, 1, 0, 1, ?)')
  const addId = db.prepare('INSERT INTO ids VALUES (?, ?, ?)')
  let group: MadeRecord[] = []
  let committing: Promise<void> | undefined
  let offset = 0
  const commit = async (): Promise<void> => {
    await turn()
    const records = group
    group = []
    committing = undefined
    db.exec('BEGIN IMMEDIATE')
    for (const { topic, key, value, headersText, source, id, hashBytes, recordedTime, path } of records) {
      offset += 1
      addId.run(source, id, offset)
      addStored.run(offset, hashBytes, recordedTime, path)
      addRecord.run(offset, topic, offset, key, value, headersText)
    }
    db.exec('COMMIT')
  }
  const append = (record: MadeRecord): Promise<void> => {
    group.push(record)
    committing ??= commit()
    return committing
  }
  return { append, close: async () => db.close() }
}
