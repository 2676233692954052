import { Worker } from 'node:worker_threads'
import { BusError } from '#protocol/errors/bus-error.ts'
import type { Appended, NewRecord } from '../event-log.ts'
import type {
  LogWriterAnswer,
  LogWriterAnswers,
  LogWriterData,
  LogWriterRequest
} from './log-writer.worker.ts'
import { packRecords } from './pack-records.ts'

/** The writing worker, seen from the main thread. */
export interface LogWriter {
  /** Rejects with `BUS_LOG_UNAVAILABLE`. */
  append(records: readonly NewRecord[]): Promise<Written>
  /** Ends the worker once everything asked before is answered. Never rejects. */
  close(): Promise<void>
}

export interface Written {
  readonly outcomes: readonly Appended[]
  /** Of the whole log. */
  readonly lastPosition: number
}

export interface LogWriterOptions extends LogWriterData {
  /** Called once, when the log can no longer be written: a flush failed, or the worker ended by itself. */
  readonly onFatal: (error: unknown) => void
}

interface Waiting {
  readonly resolve: (answer: LogWriterAnswer) => void
  readonly reject: (error: unknown) => void
}

/** Starts the worker; resolves once it has the file open. Rejects with `BUS_LOG_UNAVAILABLE`. */
export async function startLogWriter(options: LogWriterOptions): Promise<LogWriter> {
  const { file, partitions, onFatal } = options
  const workerData: LogWriterData = { file, partitions }
  const worker = new Worker(new URL('./log-writer.worker.ts', import.meta.url), { workerData, execArgv: [] })
  const waiting = new Map<number, Waiting>()
  const opened = Promise.withResolvers<void>()
  let state: 'opening' | 'open' | 'closing' | 'failed' = 'opening'
  let requests = 0
  const outgoing: LogWriterRequest[] = []
  const transfers: ArrayBuffer[] = []

  const fail = (problem: string): void => {
    if (state === 'opening') {
      opened.reject(new BusError('BUS_LOG_UNAVAILABLE', 'log-not-opened', { values: { file, problem } }))
    }
    const failedBefore = state === 'failed'
    const wasOpen = state === 'open' || state === 'closing'
    state = 'failed'
    for (const { reject } of waiting.values()) reject(appendFailed(problem))
    waiting.clear()
    if (wasOpen && !failedBefore)
      onFatal(new BusError('BUS_LOG_UNAVAILABLE', 'log-failed', { cause: problem }))
  }

  /** What is asked in one turn goes in one message: a message costs as much as a record. */
  const post = (): void => worker.postMessage(outgoing.splice(0), transfers.splice(0))

  const ask = (request: Asked, transfer: readonly ArrayBuffer[] = []): Promise<LogWriterAnswer> => {
    const { promise, resolve, reject } = Promise.withResolvers<LogWriterAnswer>()
    requests += 1
    waiting.set(requests, { resolve, reject })
    if (outgoing.length === 0) queueMicrotask(post)
    outgoing.push({ number: requests, ...request })
    transfers.push(...transfer)
    return promise
  }

  worker.on('message', ({ answers, fatal, ready }: LogWriterAnswers) => {
    if (ready) {
      state = 'open'
      opened.resolve()
    }
    for (const answer of answers) {
      waiting.get(answer.number)?.resolve(answer)
      waiting.delete(answer.number)
    }
    if (fatal !== undefined) fail(fatal)
  })
  worker.on('error', (error) => fail(String(error)))
  worker.on('exit', () => {
    if (waiting.size > 0 || state === 'open') fail('the writer has ended')
  })
  await opened.promise

  return {
    async append(records) {
      if (state === 'failed') throw new BusError('BUS_LOG_UNAVAILABLE', 'log-failed', { waitMs: 2000 })
      const packed = packRecords(records)
      const answer = await ask({ packed }, [packed.bytes])
      if ('failed' in answer) throw appendFailed(answer.failed)
      if ('closed' in answer) throw new TypeError('the writer answered something else')
      return answer
    },

    async close() {
      if (state === 'open') {
        state = 'closing'
        await ask({ close: true }).catch(() => {}) // It ended before it could answer, which is what is asked for.
      }
      await worker.terminate()
    }
  }
}

type Asked = LogWriterRequest extends infer R ? (R extends unknown ? Omit<R, 'number'> : never) : never

function appendFailed(problem: string): BusError {
  return new BusError('BUS_LOG_UNAVAILABLE', 'append-failed', { cause: problem, waitMs: 2000 })
}
