import { parentPort, receiveMessageOnPort, workerData } from 'node:worker_threads'
import type { Answers, Numbered } from '../../store/sqlite/asked-worker.ts'
import { createCheckpoints } from '../../store/sqlite/checkpoints.ts'
import { isFatal, isOfOneRecord, sqliteCodeOf, toFailed } from '../../store/sqlite/sqlite-faults.ts'
import { reachFailpoint } from '../../telemetry/failpoints.ts'
import type { Appended } from '../event-log.ts'
import { openLogForWriting } from './log-file.ts'
import { type PackedRecords, type RecordRow, unpackRecords } from './pack-records.ts'
import { createBatchWriter } from './write-batch.ts'

/** What the worker is started with. */
export interface LogWriterData {
  readonly file: string
  readonly partitions: number
}

/** `open` comes first and is answered once the file is open; `close` comes last. */
export type LogWriterRequest =
  | { readonly kind: 'open' | 'close' }
  | { readonly kind: 'append'; readonly packed: PackedRecords }

export interface Written {
  readonly outcomes: readonly Appended[]
  /** Last position of the whole log. */
  readonly lastPosition: number
}

type Answer = Answers<Written>['answers'][number]

interface Append {
  readonly number: number
  readonly records: readonly RecordRow[]
}

/** Most records of one transaction, so that no caller waits long for others. */
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
const nothing: Written = { outcomes: [], lastPosition: 0 }
let broken = false

port.on('message', (first: readonly Numbered<LogWriterRequest>[]) => {
  const appends: Append[] = []
  let gathered = 0
  let requests: readonly Numbered<LogWriterRequest>[] | undefined = first
  while (requests) {
    for (const request of requests) {
      if (request.kind === 'close') {
        reply(writeGroup(appends))
        checkpoints.close()
        db.close()
      }
      if (request.kind !== 'append') return reply([{ number: request.number, ...nothing }]) // Such a request is never grouped with others.
      const records = unpackRecords(request.packed)
      appends.push({ number: request.number, records })
      gathered += records.length
    }
    requests = gathered < maxGroup ? receiveMessageOnPort(port)?.message : undefined
  }
  reply(writeGroup(appends))
  if (!broken) checkpoints.afterWrite()
})

/** Writes all queued appends in one transaction, so that they share one flush to disk. */
function writeGroup(appends: readonly Append[]): readonly Answer[] {
  if (broken) return failedWith(new TypeError('the log has failed'), appends)
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
    return failedWith(error, appends)
  }
}

function reply(answers: readonly Answer[]): void {
  port?.postMessage({ answers } satisfies Answers<Written>)
}

/** A flush failed: nothing is acknowledged from now on. */
function fail(error: unknown): void {
  broken = true
  checkpoints.close()
  port?.postMessage({ answers: [], fatal: toFailed(error) } satisfies Answers<Written>)
}

function failedWith(error: unknown, appends: readonly Append[]): readonly Answer[] {
  const failed = toFailed(error)
  return appends.map(({ number }) => ({ number, failed }))
}
