import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { writeHeaders } from '#bus/archive-log/headers.ts'
import type { NewRecord } from '#engines/event-log/event-log.ts'
import { defaultPartitions, partitionOf } from '#engines/event-log/partition.ts'

/** As release 0.1.0 made it. */
const schema = `
CREATE TABLE records (
  position INTEGER PRIMARY KEY,
  topic TEXT NOT NULL,
  partition INTEGER NOT NULL,
  "offset" INTEGER NOT NULL,
  key BLOB NOT NULL,
  value BLOB NOT NULL,
  headers TEXT NOT NULL,
  signature INTEGER
);
CREATE TABLE offsets (
  topic TEXT NOT NULL, partition INTEGER NOT NULL, next INTEGER NOT NULL,
  PRIMARY KEY (topic, partition)
) WITHOUT ROWID;
CREATE TABLE ids (
  source TEXT NOT NULL, id TEXT NOT NULL, position INTEGER NOT NULL,
  PRIMARY KEY (source, id)
) WITHOUT ROWID;
CREATE TABLE stored (
  position INTEGER PRIMARY KEY, hash BLOB NOT NULL, recordedTime TEXT NOT NULL,
  receipt INTEGER NOT NULL, leaf INTEGER NOT NULL, size INTEGER NOT NULL, path BLOB NOT NULL
);
CREATE TABLE tokens (number INTEGER PRIMARY KEY, token TEXT NOT NULL);
`

/**
 * Writes the log of a data folder as the release before did: a file of its own, with these records at the positions from
 * 1. Returns the open database; until it is closed, the records are in its write-ahead log.
 */
export function writeLogFile(folder: string, records: readonly NewRecord[]): DatabaseSync {
  const db = new DatabaseSync(join(folder, 'log.sqlite'))
  db.exec(`PRAGMA journal_mode=WAL; PRAGMA wal_autocheckpoint=0; ${schema} BEGIN`)
  const numbers = new Map<string, number>()
  const addToken = db.prepare('INSERT INTO tokens VALUES (?, ?)')
  const numberOf = (token: string): number => {
    const known = numbers.get(token)
    if (known !== undefined) return known
    numbers.set(token, numbers.size + 1)
    addToken.run(numbers.size, token)
    return numbers.size
  }
  const addId = db.prepare('INSERT INTO ids VALUES (?, ?, ?)')
  const addStored = db.prepare('INSERT INTO stored VALUES (?, ?, ?, ?, ?, ?, ?)')
  const addRecord = db.prepare('INSERT INTO records VALUES (?, ?, ?, ?, ?, ?, ?, ?)')
  const setOffset = db.prepare(
    'INSERT INTO offsets VALUES (?, ?, ?) ON CONFLICT (topic, partition) DO UPDATE SET next = excluded.next'
  )
  const offsets = new Map<string, number>()
  for (const [index, record] of records.entries()) {
    const position = index + 1
    const { topic, key, value, source, id, hash, recordedTime, receipt } = record
    const path = Buffer.concat(receipt.path.map((node) => Buffer.from(node, 'base64url')))
    addId.run(source, id, position)
    addStored.run(
      ...([position, Buffer.from(hash, 'hex'), recordedTime, numberOf(receipt.token)] as const),
      ...([receipt.index, receipt.size, path] as const)
    )
    const partition = partitionOf(key, defaultPartitions)
    const offset = offsets.get(`${topic} ${partition}`) ?? 0
    offsets.set(`${topic} ${partition}`, offset + 1)
    setOffset.run(topic, partition, offset + 1)
    const { headers, signature } = writeHeaders(record)
    const signedBy = signature === undefined ? null : numberOf(signature)
    addRecord.run(position, topic, partition, offset, key, value, headers, signedBy)
  }
  db.exec('COMMIT')
  return db
}
