import { Worker } from 'node:worker_threads'
import { type Failed, isFatal, toError } from './sqlite-faults.ts'

/** A request or an answer; the number matches one to the other. */
export type Numbered<T> = T & { readonly number: number }

/** A message from the worker. Messages to it are arrays of numbered requests. */
export interface Answers<Answer> {
  readonly answers: readonly Numbered<Answer | { readonly failed: Failed }>[]
  /** If present, the worker has failed for good. */
  readonly fatal?: Failed
}

export interface AskedWorker<Request, Answer> {
  /** Rejects with the worker's error and SQLite's `errcode`; after the worker has ended, with `endedBy`. */
  ask(request: Request): Promise<Answer>
  /** Sends the last request, and ends the worker after all earlier ones were answered. Never rejects. */
  close(request: Request): Promise<void>
}

export interface AskedWorkerOptions {
  readonly workerData: unknown
  /** The error of every request after a flush has failed or the worker has died. */
  readonly endedBy: (problem: unknown) => unknown
  /** Called once when that happens, also while the worker is being closed: it still writes earlier requests. */
  readonly onEnd: (error: unknown) => void
}

/** Starts a worker thread that writes. It keeps the process alive only while an answer is awaited. */
export function startAskedWorker<Request extends object, Answer extends object>(
  url: URL,
  { workerData, endedBy, onEnd }: AskedWorkerOptions
): AskedWorker<Request, Answer> {
  const worker = new Worker(url, { workerData, execArgv: [] })
  const waiting = new Map<number, PromiseWithResolvers<Answer>>()
  let outgoing: Numbered<Request>[] = []
  let requests = 0
  let ended: { readonly error: unknown } | undefined
  let isClosing = false
  let isReporting = true

  const reject = (number: number, error: unknown): void => {
    waiting.get(number)?.reject(error)
    waiting.delete(number)
  }

  const end = (problem: unknown): void => {
    if (ended) return
    ended = { error: endedBy(problem) }
    for (const number of [...waiting.keys()]) reject(number, ended.error)
    if (isReporting) onEnd(ended.error)
  }

  /** Requests of one turn of the event loop go in one message, since a message costs as much as a statement. */
  const post = (): void => {
    const asked = outgoing
    outgoing = []
    try {
      worker.postMessage(asked)
    } catch (error) {
      for (const { number } of asked) reject(number, error) // A value that cannot be sent to another thread.
    }
  }

  const ask = (request: Request): Promise<Answer> => {
    if (ended) return Promise.reject(ended.error)
    requests += 1
    if (waiting.size === 0) worker.ref()
    const asked = Promise.withResolvers<Answer>()
    waiting.set(requests, asked)
    if (outgoing.length === 0) process.nextTick(post)
    outgoing.push({ ...request, number: requests })
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
    if (waiting.size === 0 && !isClosing) worker.unref() // A store that is not closed must not keep the process alive.
  })
  worker.on('error', end)
  worker.on('exit', () => end('the writer has ended'))
  worker.unref()

  return {
    ask,
    async close(request) {
      isClosing = true
      await ask(request).catch(() => {}) // It may end before it answers.
      isReporting = false
      worker.ref()
      await worker.terminate()
    }
  }
}
