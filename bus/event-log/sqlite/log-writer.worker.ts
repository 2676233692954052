import { parentPort, workerData } from 'node:worker_threads'
import { type ArmedFailpoint, createFailpoints, noFailpoints } from '../../telemetry/failpoints.ts'
import type { Appended, NewRecord } from '../event-log.ts'
import { openLogForWriting } from './log-file.ts'
import { createBatchWriter } from './write-batch.ts'

/** What the worker is started with. */
export interface LogWriterData {
  readonly file: string
  readonly partitions: number
  readonly armed: ArmedFailpoint | undefined
}

/** One request, answered under its number. */
export type LogWriterRequest = { readonly number: number } & (
  | { readonly records: readonly NewRecord[] }
  | { readonly close: true }
)

export type LogWriterAnswer = { readonly number: number } & (
  | { readonly outcomes: readonly Appended[]; readonly lastPosition: number }
  | { readonly closed: true }
  | { readonly failed: { readonly message: string; readonly code: number | undefined } }
)

/** The log is checkpointed in steps of this many pages (4 KiB each), so that no step takes long. */
const checkpointPages = 256

const { file, partitions, armed } = workerData as LogWriterData
const failpoints = armed ? createFailpoints(armed) : noFailpoints
const db = openLogForWriting(file)
const writer = createBatchWriter(db, partitions, failpoints)
const lastPosition = db.prepare('SELECT seq FROM sqlite_sequence WHERE name = ?')
let bytesSinceCheckpoint = 0

parentPort?.on('message', (request: LogWriterRequest) => {
  const { number } = request
  try {
    if ('close' in request) {
      db.close()
      answer({ number, closed: true })
      return
    }
    const outcomes = writer.write(request.records)
    answer({ number, outcomes, lastPosition: last() })
    for (const { value } of request.records) bytesSinceCheckpoint += value.length + 3000
    if (bytesSinceCheckpoint > checkpointPages * 4096) checkpoint()
  } catch (error) {
    const code = error instanceof Error && 'errcode' in error ? Number(error.errcode) : undefined
    answer({ number, failed: { message: String(error), code } })
  }
})

function checkpoint(): void {
  bytesSinceCheckpoint = 0
  failpoints.reach('log.in-checkpoint')
  db.exec('PRAGMA wal_checkpoint(PASSIVE)')
}

function last(): number {
  return Number(lastPosition.get('records')?.seq ?? 0)
}

function answer(message: LogWriterAnswer): void {
  parentPort?.postMessage(message)
}
