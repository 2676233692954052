import type { DatabaseSync, StatementSync } from 'node:sqlite'
import type { Failpoints } from '../../telemetry/failpoints.ts'
import type { Proof } from '../../trust/proof.ts'
import type { Appended, NewRecord } from '../event-log.ts'
import { partitionOf } from '../partition.ts'
import { packPath, unpackPath } from './log-file.ts'

/** Appends batches, each in one transaction with its repeat check. Runs in the worker. */
export interface BatchWriter {
  write(records: readonly NewRecord[]): readonly Appended[]
}

interface Statements {
  readonly findId: StatementSync
  readonly addId: StatementSync
  readonly addRecord: StatementSync
  readonly addReceipt: StatementSync
  readonly setOffset: StatementSync
}

export function createBatchWriter(db: DatabaseSync, partitions: number, failpoints: Failpoints): BatchWriter {
  const statements: Statements = {
    findId: db.prepare(
      'SELECT hash, recordedTime, leaf, size, path, token FROM ids JOIN receipts ON number = receipt WHERE source = ? AND id = ?'
    ),
    addId: db.prepare('INSERT INTO ids VALUES (?, ?, ?, ?, ?, ?, ?, ?)'),
    addRecord: db.prepare(
      'INSERT INTO records (topic, partition, "offset", key, value, headers) VALUES (?, ?, ?, ?, ?, ?)'
    ),
    addReceipt: db.prepare('INSERT INTO receipts (token) VALUES (?)'),
    setOffset: db.prepare(
      'INSERT INTO offsets VALUES (?, ?, ?) ON CONFLICT (topic, partition) DO UPDATE SET next = excluded.next'
    )
  }
  const offsets = new Map(
    db
      .prepare('SELECT topic, partition, next FROM offsets')
      .all()
      .map(({ topic, partition, next }) => [`${topic} ${partition}`, Number(next)])
  )

  const writeAll = (records: readonly NewRecord[], touched: Map<string, number>): readonly Appended[] => {
    const tokens = new Map<string, number>()
    const numberOf = (token: string): number => {
      const known = tokens.get(token) ?? Number(statements.addReceipt.run(token).lastInsertRowid)
      tokens.set(token, known)
      return known
    }
    const outcomes = records.map((record) => {
      const hash = Buffer.from(record.hash, 'hex')
      const known = statements.findId.get(record.source, record.id)
      if (known) return repeatOf(known, hash)
      const { receipt } = record
      const place = [receipt.index, receipt.size, packPath(receipt.path)] as const
      statements.addId.run(
        record.source,
        record.id,
        hash,
        record.recordedTime,
        numberOf(receipt.token),
        ...place
      )
      const partition = partitionOf(record.key, partitions)
      const name = `${record.topic} ${partition}`
      const offset = touched.get(name) ?? offsets.get(name) ?? 0
      touched.set(name, offset + 1)
      const headers = JSON.stringify(record.headers)
      statements.addRecord.run(record.topic, partition, offset, record.key, record.value, headers)
      return { outcome: 'appended' as const }
    })
    for (const [name, next] of touched) {
      const [topic = '', partition = ''] = name.split(' ')
      statements.setOffset.run(topic, Number(partition), next)
    }
    return outcomes
  }

  return {
    write(records) {
      const touched = new Map<string, number>()
      db.exec('BEGIN IMMEDIATE')
      try {
        const outcomes = writeAll(records, touched)
        failpoints.reach('log.before-commit')
        db.exec('COMMIT')
        failpoints.reach('log.after-commit')
        for (const [name, next] of touched) offsets.set(name, next)
        return outcomes
      } catch (error) {
        if (db.isTransaction) db.exec('ROLLBACK')
        throw error
      }
    }
  }
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
