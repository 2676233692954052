import { Worker } from 'node:worker_threads'
import { BusError } from '#protocol/errors/bus-error.ts'

export interface LimitedWorkerOptions {
  /** The thread's program: it says `workerReady` once it can be asked, then answers each message with one. */
  readonly url: URL
  /** How long one question may take, milliseconds. */
  readonly timeoutMs: number
  readonly maxHeapMb: number
  /** Questions of one agency that may wait. */
  readonly maxWaiting: number
}

/**
 * A thread that answers questions one at a time, agencies in turn, each within
 * limits of time and memory. It is started when it is asked, and ended when it
 * has not been asked for a while.
 */
export interface LimitedWorker<Question, Answer> {
  /** Undefined where the question came to its limits. Rejects with `BUS_TOO_MANY_REQUESTS` where too many of the agency's wait. */
  ask(agency: string, question: Question): Promise<Answer | undefined>
  close(): Promise<void>
}

/** What the thread's program says first. */
export const workerReady = 'ready'

interface Asked<Question, Answer> extends PromiseWithResolvers<Answer | undefined> {
  readonly question: Question
}

const idleMs = 60_000

export function createLimitedWorker<Question, Answer>(
  options: LimitedWorkerOptions
): LimitedWorker<Question, Answer> {
  const { url, timeoutMs, maxHeapMb, maxWaiting } = options
  /** In the order of their turns. */
  const lines = new Map<string, Asked<Question, Answer>[]>()
  let worker: Worker | undefined
  let asked: Asked<Question, Answer> | undefined
  let timer: NodeJS.Timeout | undefined

  const start = (): Worker => {
    const started = new Worker(url, {
      execArgv: [],
      resourceLimits: { maxOldGenerationSizeMb: maxHeapMb, maxYoungGenerationSizeMb: 16 }
    })
    started.unref()
    started.on('message', (message: unknown) => {
      if (worker !== started || !asked) return
      if (message === workerReady) put(started, asked)
      else end((one) => one.resolve(message as Answer))
    })
    started.on('error', (error) => {
      if (worker !== started) return
      worker = undefined
      const isFull = 'code' in error && error.code === 'ERR_WORKER_OUT_OF_MEMORY'
      end((one) => (isFull ? one.resolve(undefined) : one.reject(error)))
    })
    return started
  }

  const stop = (): void => {
    void worker?.terminate()
    worker = undefined
  }

  const put = (to: Worker, { question }: Asked<Question, Answer>): void => {
    timer = setTimeout(() => {
      stop()
      end((one) => one.resolve(undefined))
    }, timeoutMs)
    to.postMessage(question)
  }

  const end = (answer: (one: Asked<Question, Answer>) => void): void => {
    clearTimeout(timer)
    const one = asked
    asked = undefined
    if (one) answer(one)
    next()
  }

  const next = (): void => {
    if (asked) return
    const [line] = lines
    if (!line) {
      timer = setTimeout(stop, idleMs).unref()
      return
    }
    const [agency, waiting] = line
    asked = waiting.shift()
    lines.delete(agency)
    if (waiting.length > 0) lines.set(agency, waiting) // Behind all others.
    if (worker && asked) put(worker, asked)
    else worker = start() // It says when it is ready.
  }

  return {
    ask(agency, question) {
      const line = lines.get(agency) ?? []
      if (line.length >= maxWaiting) {
        return Promise.reject(new BusError('BUS_TOO_MANY_REQUESTS', 'checks-waiting', { waitMs: 1000 }))
      }
      const one = { ...Promise.withResolvers<Answer | undefined>(), question }
      lines.set(agency, [...line, one])
      if (!asked) clearTimeout(timer)
      next()
      return one.promise
    },
    async close() {
      clearTimeout(timer)
      const running = worker
      worker = undefined
      await running?.terminate()
    }
  }
}
