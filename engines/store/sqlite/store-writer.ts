import { Worker } from 'node:worker_threads'
import { BusError } from '#protocol/errors/bus-error.ts'
import { isFatal } from './sqlite-faults.ts'
import type {
  Asked,
  Failed,
  QueryDone,
  StoreWriterAnswers,
  StoreWriterData,
  StoreWriterRequest
} from './store-writer.worker.ts'

/** The writing worker, seen from the main thread. */
export interface StoreWriter {
  /** One statement of the running transaction. Rejects with SQLite's error, and its `errcode`. */
  query(sql: string, parameters: readonly unknown[]): Promise<QueryDone>
  ask(kind: 'begin' | 'commit' | 'undo'): Promise<QueryDone>
  /** Ends the worker once everything asked before is answered. Never rejects. */
  close(): Promise<void>
}

interface Waiting {
  readonly resolve: (done: QueryDone) => void
  readonly reject: (error: unknown) => void
}

/**
 * Starts the worker. `onFatal` is called once, when a flush failed or the worker
 * ended by itself; from then on everything is refused.
 */
export function startStoreWriter(file: string, onFatal: (error: unknown) => void): StoreWriter {
  const workerData: StoreWriterData = { file }
  const worker = new Worker(new URL('./store-writer.worker.ts', import.meta.url), {
    workerData,
    execArgv: []
  })
  const waiting = new Map<number, Waiting>()
  let outgoing: StoreWriterRequest[] = []
  let requests = 0
  let ended: BusError | undefined
  let isClosing = false

  const rejectAll = (numbers: Iterable<number>, problem: unknown): void => {
    for (const number of [...numbers]) {
      waiting.get(number)?.reject(problem)
      waiting.delete(number)
    }
  }

  const fail = (problem: unknown): void => {
    if (ended) return
    ended = new BusError('BUS_STORE_UNAVAILABLE', 'store-failed', { cause: problem, waitMs: 2000 })
    rejectAll(waiting.keys(), ended)
    if (!isClosing) onFatal(ended)
  }

  /** What is asked in one turn goes in one message: a message costs as much as a statement. */
  const post = (): void => {
    const asked = outgoing
    outgoing = []
    try {
      worker.postMessage(asked)
    } catch (error) {
      const numbers = asked.map(({ number }) => number)
      rejectAll(numbers, error) // A value that no thread can hand to another.
    }
  }

  const ask = (asked: Asked): Promise<QueryDone> => {
    if (ended) return Promise.reject(ended)
    const { promise, resolve, reject } = Promise.withResolvers<QueryDone>()
    requests += 1
    if (waiting.size === 0) worker.ref()
    waiting.set(requests, { resolve, reject })
    if (outgoing.length === 0) process.nextTick(post)
    outgoing.push({ number: requests, ...asked })
    return promise
  }

  worker.on('message', ({ answers, fatal }: StoreWriterAnswers) => {
    for (const answer of answers) {
      const asked = waiting.get(answer.number)
      waiting.delete(answer.number)
      if (!('failed' in answer)) asked?.resolve(answer)
      else {
        asked?.reject(toError(answer.failed))
        if (isFatal(answer.failed.errcode)) fail(toError(answer.failed))
      }
    }
    if (fatal) fail(toError(fatal))
    if (waiting.size === 0 && !isClosing) worker.unref() // A store that is not closed keeps no process alive.
  })
  worker.on('error', fail)
  worker.on('exit', () => fail('the writer has ended'))
  worker.unref()

  return {
    query: (sql, parameters) => ask({ kind: 'query', sql, parameters }),
    ask: (kind) => ask({ kind }),

    async close() {
      isClosing = true
      await ask({ kind: 'close' }).catch(() => {}) // It ended before it could answer, which is what is asked for.
      worker.ref()
      await worker.terminate()
    }
  }
}

function toError({ message, errcode }: Failed): Error {
  return errcode === undefined ? new TypeError(message) : Object.assign(new Error(message), { errcode })
}
