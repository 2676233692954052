import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { setImmediate as turn } from 'node:timers/promises'
import type { MadeRecord } from '../made-records.ts'

const tables = `
CREATE TABLE records (position INTEGER PRIMARY KEY AUTOINCREMENT, topic TEXT NOT NULL, partition INTEGER NOT NULL,
  "offset" INTEGER NOT NULL, key BLOB NOT NULL, value BLOB NOT NULL, headers TEXT NOT NULL);
CREATE TABLE ids (source TEXT NOT NULL, id TEXT NOT NULL, hash BLOB NOT NULL, recordedTime TEXT NOT NULL,
  receipt INTEGER NOT NULL, leaf INTEGER NOT NULL, size INTEGER NOT NULL, path BLOB NOT NULL,
  PRIMARY KEY (source, id)) WITHOUT ROWID`

/** Group commit with nothing around it: what has gathered in a turn of the loop is one flushed transaction. */
export function openRawSqlite(folder: string) {
  const db = new DatabaseSync(join(folder, 'raw.sqlite'))
  db.exec(`PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; ${tables}`)
  const addRecord = db.prepare('INSERT INTO records VALUES (NULL, ?, 0, ?, ?, ?, ?)')
  const addId = db.prepare('INSERT INTO ids VALUES (?, ?, ?, ?, 0, 0, 1, ?)')
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
      addRecord.run(topic, offset++, key, value, headersText)
      addId.run(source, id, hashBytes, recordedTime, path)
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
