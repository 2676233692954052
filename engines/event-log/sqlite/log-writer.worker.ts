import { parentPort, receiveMessageOnPort, workerData } from 'node:worker_threads'
import { createCheckpoints } from '../../store/sqlite/checkpoints.ts'
import { isFatal, isOfOneRecord, sqliteCodeOf } from '../../store/sqlite/sqlite-faults.ts'
import { reachFailpoint } from '../../telemetry/failpoints.ts'
import type { Appended } from '../event-log.ts'
import { openLogForWriting } from './log-file.ts'
import { type PackedRecords, type StoredRecord, unpackRecords } from './pack-records.ts'
import { createBatchWriter } from './write-batch.ts'

/** What the worker is started with. */
export interface LogWriterData {
  readonly file: string
  readonly partitions: number
}

/** An append, answered under its number; or the end, after everything asked before it. */
export type LogWriterRequest = { readonly number: number } & (
  | { readonly packed: PackedRecords }
  | { readonly close: true }
)

export type LogWriterAnswer =
  | { readonly number: number; readonly outcomes: readonly Appended[]; readonly lastPosition: number }
  | { readonly number: number; readonly failed: string }
  | { readonly number: number; readonly closed: true }

/** What a group of requests came to. */
export interface LogWriterAnswers {
  readonly answers: readonly LogWriterAnswer[]
  /** The file is open; said once, first. */
  readonly ready?: true
  /** Why nothing will be written any more. */
  readonly fatal?: string
}

interface Append {
  readonly number: number
  readonly records: readonly StoredRecord[]
}

/** More than this is not gathered into one transaction, so that nobody waits long for others. */
const maxGroup = 1000

const port = parentPort
if (!port) throw new TypeError('the log writer runs in a worker')
const { file, partitions } = workerData as LogWriterData
const db = openLogForWriting(file)
const writer = createBatchWriter(db, partitions)
const checkpoints = createCheckpoints(db, {
  onFatal: fail,
  beforeStep: () => reachFailpoint('log.in-checkpoint')
})
let broken = false

port.on('message', (first: readonly LogWriterRequest[]) => {
  const appends: Append[] = []
  let gathered = 0
  let requests: readonly LogWriterRequest[] | undefined = first
  while (requests) {
    for (const request of requests) {
      if ('close' in request) {
        reply(writeGroup(appends))
        checkpoints.close()
        db.close()
        reply([{ number: request.number, closed: true }])
        return
      }
      const records = unpackRecords(request.packed)
      appends.push({ number: request.number, records })
      gathered += records.length
    }
    requests = gathered < maxGroup ? receiveMessageOnPort(port)?.message : undefined
  }
  reply(writeGroup(appends))
  if (!broken) checkpoints.afterWrite()
})

port.postMessage({ answers: [], ready: true } satisfies LogWriterAnswers)

/** Writes everything that queued up in one transaction, so that its members share one flush to disk. */
function writeGroup(appends: readonly Append[]): readonly LogWriterAnswer[] {
  if (broken) return appends.map(({ number }) => ({ number, failed: 'the log has failed' }))
  try {
    const outcomes = writer.write(appends.flatMap(({ records }) => records))
    const lastPosition = writer.lastPosition()
    let at = 0
    return appends.map(({ number, records }) => {
      const from = at
      at += records.length
      return { number, outcomes: outcomes.slice(from, at), lastPosition }
    })
  } catch (error) {
    const code = sqliteCodeOf(error)
    if (appends.length > 1 && isOfOneRecord(code)) return appends.flatMap((append) => writeGroup([append]))
    if (isFatal(code)) fail(error)
    return appends.map(({ number }) => ({ number, failed: describe(error) }))
  }
}

function reply(answers: readonly LogWriterAnswer[]): void {
  port?.postMessage({ answers } satisfies LogWriterAnswers)
}

/** A flush failed: from here on nothing is acknowledged. */
function fail(error: unknown): void {
  broken = true
  checkpoints.close()
  port?.postMessage({ answers: [], fatal: describe(error) } satisfies LogWriterAnswers)
}

function describe(error: unknown): string {
  const code = sqliteCodeOf(error)
  return code === undefined ? String(error) : `${error} (SQLite ${code})`
}
