import type { DatabaseSync, StatementSync } from 'node:sqlite'
import type { Failpoints } from '../../telemetry/failpoints.ts'
import type { Proof } from '../../trust/proof.ts'
import type { Appended } from '../event-log.ts'
import { partitionOf } from '../partition.ts'
import { type StoredRecord, unpackPath } from './pack-records.ts'

/** Writes batches, each in one transaction with its repeat check. Runs in the worker. */
export interface BatchWriter {
  /** Answers for each record once all are durable; throws with none of them written. */
  write(records: readonly StoredRecord[]): readonly Appended[]
}

interface Statements {
  readonly findId: StatementSync
  readonly addId: StatementSync
  readonly addRecord: StatementSync
  readonly addReceipt: StatementSync
  readonly setOffset: StatementSync
}

/** A partition of a topic, and the offset its next record gets. */
interface NextOffset {
  readonly topic: string
  readonly partition: number
  readonly next: number
}

export const findIdSql =
  'SELECT hash, recordedTime, leaf, size, path, token FROM ids JOIN receipts ON number = receipt WHERE source = ? AND id = ?'

export function createBatchWriter(db: DatabaseSync, partitions: number, failpoints: Failpoints): BatchWriter {
  const statements: Statements = {
    findId: db.prepare(findIdSql),
    addId: db.prepare('INSERT INTO ids VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING'),
    addRecord: db.prepare(
      'INSERT INTO records (topic, partition, "offset", key, value, headers) VALUES (?, ?, ?, ?, ?, ?)'
    ),
    addReceipt: db.prepare('INSERT INTO receipts VALUES (?, ?)'),
    setOffset: db.prepare(
      'INSERT INTO offsets VALUES (?, ?, ?) ON CONFLICT (topic, partition) DO UPDATE SET next = excluded.next'
    )
  }
  const offsets = loadOffsets(db)
  let lastReceipt = Number(db.prepare('SELECT max(number) AS last FROM receipts').get()?.last ?? 0)

  return {
    write(records) {
      if (records.length === 0) return []
      const touched = new Map<string, NextOffset>()
      db.exec('BEGIN IMMEDIATE')
      try {
        const numbers = new Map<string, number>()
        const outcomes = records.map((record) => {
          const hash = Buffer.from(record.hash, 'hex')
          const { source, id, recordedTime, leaf, size, path, token } = record
          const number = numbers.get(token) ?? lastReceipt + numbers.size + 1
          const { changes } = statements.addId.run(source, id, hash, recordedTime, number, leaf, size, path)
          if (changes === 0) return repeatOf(statements.findId.get(source, id) ?? {}, hash)
          if (!numbers.has(token)) statements.addReceipt.run(number, token)
          numbers.set(token, number)
          const { topic, key, value, headers } = record
          const partition = partitionOf(key, partitions)
          const name = `${topic} ${partition}`
          const offset = (touched.get(name) ?? offsets.get(name))?.next ?? 0
          touched.set(name, { topic, partition, next: offset + 1 })
          statements.addRecord.run(topic, partition, offset, key, value, headers)
          return appended
        })
        for (const { topic, partition, next } of touched.values()) {
          statements.setOffset.run(topic, partition, next)
        }
        failpoints.reach('log.before-commit')
        db.exec('COMMIT')
        failpoints.reach('log.after-commit')
        for (const [name, next] of touched) offsets.set(name, next)
        lastReceipt += numbers.size
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

/** A row of ids joined with its receipt, as a proof. */
export function toReceipt(row: Record<string, unknown>): Proof {
  return {
    token: String(row.token),
    index: Number(row.leaf),
    size: Number(row.size),
    path: unpackPath(row.path as Uint8Array)
  }
}
