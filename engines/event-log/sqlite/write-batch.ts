import type { DatabaseSync, StatementSync } from 'node:sqlite'
import { reachFailpoint } from '../../telemetry/failpoints.ts'
import type { Appended } from '../event-log.ts'
import { partitionOf } from '../partition.ts'
import { lastPositionSql } from './log-file.ts'
import type { RecordRow } from './pack-records.ts'
import { toReceipt } from './rows.ts'

/** Writes batches, each in one transaction together with its check for repeats. Runs in the worker thread. */
export interface BatchWriter {
  /** Returns an outcome for each record once all are durable. If it throws, none is written. */
  write(records: readonly RecordRow[]): readonly Appended[]
  /** Last position of the whole log; 0 while it is empty. */
  lastPosition(): number
}

interface Statements {
  readonly findId: StatementSync
  readonly addId: StatementSync
  readonly addStored: StatementSync
  readonly addRecord: StatementSync
  readonly addToken: StatementSync
  readonly setOffset: StatementSync
}

/** A partition of a topic, and the offset that its next record gets. */
interface NextOffset {
  readonly topic: string
  readonly partition: number
  readonly next: number
}

export const findIdSql =
  'SELECT hash, recordedTime, leaf, size, path, token FROM ids JOIN stored USING (position) JOIN tokens ON number = receipt WHERE source = ? AND id = ?'

export function createBatchWriter(db: DatabaseSync, partitions: number): BatchWriter {
  const statements: Statements = {
    findId: db.prepare(findIdSql),
    addId: db.prepare('INSERT INTO ids VALUES (?, ?, ?) ON CONFLICT DO NOTHING'),
    addStored: db.prepare('INSERT INTO stored VALUES (?, ?, ?, ?, ?, ?, ?)'),
    addRecord: db.prepare('INSERT INTO records VALUES (?, ?, ?, ?, ?, ?, ?, ?)'),
    addToken: db.prepare('INSERT INTO tokens VALUES (?, ?)'),
    setOffset: db.prepare(
      'INSERT INTO offsets VALUES (?, ?, ?) ON CONFLICT (topic, partition) DO UPDATE SET next = excluded.next'
    )
  }
  const offsets = loadOffsets(db)
  let lastPosition = Number(db.prepare(lastPositionSql).get()?.last ?? 0)
  let lastToken = Number(db.prepare('SELECT max(number) AS last FROM tokens').get()?.last ?? 0)

  return {
    lastPosition: () => lastPosition,

    write(records) {
      if (records.length === 0) return []
      const touched = new Map<string, NextOffset>()
      let position = lastPosition
      db.exec('BEGIN IMMEDIATE')
      try {
        const numbers = new Map<string, number>()
        const numberOf = (token: string): number => {
          const known = numbers.get(token)
          if (known !== undefined) return known
          const number = lastToken + numbers.size + 1
          statements.addToken.run(number, token)
          numbers.set(token, number)
          return number
        }
        const outcomes = records.map((record) => {
          const hash = Buffer.from(record.hash, 'hex')
          const { source, id, recordedTime, leaf, size, path, token, signature } = record
          const { changes } = statements.addId.run(source, id, position + 1)
          if (changes === 0) return repeatOf(statements.findId.get(source, id) ?? {}, hash)
          position += 1
          statements.addStored.run(position, hash, recordedTime, numberOf(token), leaf, size, path)
          const { topic, key, value, headers } = record
          const partition = partitionOf(key, partitions)
          const name = `${topic} ${partition}`
          const offset = (touched.get(name) ?? offsets.get(name))?.next ?? 0
          touched.set(name, { topic, partition, next: offset + 1 })
          const signedBy = signature === undefined ? null : numberOf(signature)
          statements.addRecord.run(position, topic, partition, offset, key, value, headers, signedBy)
          return appended
        })
        for (const { topic, partition, next } of touched.values()) {
          statements.setOffset.run(topic, partition, next)
        }
        reachFailpoint('log.before-commit')
        db.exec('COMMIT')
        reachFailpoint('log.after-commit')
        for (const [name, next] of touched) offsets.set(name, next)
        lastPosition = position
        lastToken += numbers.size
        return outcomes
      } catch (error) {
        if (db.isTransaction) db.exec('ROLLBACK')
        throw error
      }
    }
  }
}

const appended: Appended = { outcome: 'appended' }

function loadOffsets(db: DatabaseSync): Map<string, NextOffset> {
  const rows = db.prepare('SELECT topic, partition, next FROM offsets').all()
  return new Map(
    rows.map((row) => {
      const topic = String(row.topic)
      const partition = Number(row.partition)
      return [`${topic} ${partition}`, { topic, partition, next: Number(row.next) }]
    })
  )
}

function repeatOf(known: Record<string, unknown>, hash: Buffer): Appended {
  if (!hash.equals(known.hash as Uint8Array)) return { outcome: 'conflicting' }
  return { outcome: 'repeated', recordedTime: String(known.recordedTime), receipt: toReceipt(known) }
}
