import { Worker } from 'node:worker_threads'
import { type Failed, isFatal, toError } from './sqlite-faults.ts'

/** A request or an answer, under the number by which they find together. */
export type Numbered<T> = T & { readonly number: number }

/** What the worker says. Its messages are arrays of numbered requests. */
export interface Answers<Answer> {
  readonly answers: readonly Numbered<Answer | { readonly failed: Failed }>[]
  /** Why it should not be asked any more. */
  readonly fatal?: Failed
}

export interface AskedWorker<Request, Answer> {
  /** Rejects with what the worker failed with, and SQLite's `errcode`; once it has ended, with `endedBy`. */
  ask(request: Request, transfer?: ArrayBuffer): Promise<Answer>
  /** Asks this last, and ends the worker once everything asked before is answered. Never rejects. */
  close(request: Request): Promise<void>
}

export interface AskedWorkerOptions {
  readonly workerData: unknown
  /** What everything is rejected with once a flush failed or the worker ended by itself. */
  readonly endedBy: (problem: unknown) => unknown
  /** Called once then, unless it is being closed. */
  readonly onEnd: (error: unknown) => void
}

/** Starts a worker that writes, seen from the main thread. It keeps the process alive while an answer is waited for. */
export function startAskedWorker<Request extends object, Answer extends object>(
  url: URL,
  { workerData, endedBy, onEnd }: AskedWorkerOptions
): AskedWorker<Request, Answer> {
  const worker = new Worker(url, { workerData, execArgv: [] })
  const waiting = new Map<number, PromiseWithResolvers<Answer>>()
  let outgoing: Numbered<Request>[] = []
  let transfers: ArrayBuffer[] = []
  let requests = 0
  let ended: { readonly error: unknown } | undefined
  let isClosing = false

  const reject = (number: number, error: unknown): void => {
    waiting.get(number)?.reject(error)
    waiting.delete(number)
  }

  const end = (problem: unknown): void => {
    if (ended) return
    ended = { error: endedBy(problem) }
    for (const number of [...waiting.keys()]) reject(number, ended.error)
    if (!isClosing) onEnd(ended.error)
  }

  /** What is asked in one turn goes in one message: a message costs as much as a statement. */
  const post = (): void => {
    const asked = outgoing
    const transferred = transfers
    outgoing = []
    transfers = []
    try {
      worker.postMessage(asked, transferred)
    } catch (error) {
      for (const { number } of asked) reject(number, error) // A value that no thread can hand to another.
    }
  }

  const ask = (request: Request, transfer?: ArrayBuffer): Promise<Answer> => {
    if (ended) return Promise.reject(ended.error)
    requests += 1
    if (waiting.size === 0) worker.ref()
    const asked = Promise.withResolvers<Answer>()
    waiting.set(requests, asked)
    if (outgoing.length === 0) process.nextTick(post)
    outgoing.push({ ...request, number: requests })
    if (transfer) transfers.push(transfer)
    return asked.promise
  }

  worker.on('message', ({ answers, fatal }: Answers<Answer>) => {
    for (const answer of answers) {
      if ('failed' in answer) {
        const error = toError(answer.failed)
        reject(answer.number, error)
        if (isFatal(answer.failed.errcode)) end(error)
      } else {
        waiting.get(answer.number)?.resolve(answer)
        waiting.delete(answer.number)
      }
    }
    if (fatal) end(toError(fatal))
    if (waiting.size === 0 && !isClosing) worker.unref() // What is not closed keeps no process alive.
  })
  worker.on('error', end)
  worker.on('exit', () => end('the writer has ended'))
  worker.unref()

  return {
    ask,
    async close(request) {
      isClosing = true
      await ask(request).catch(() => {}) // It ended before it could answer, which is what is asked for.
      worker.ref()
      await worker.terminate()
    }
  }
}
