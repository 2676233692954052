import { Worker } from 'node:worker_threads'
import { BusError } from '#protocol/errors/bus-error.ts'
import { pause } from '#protocol/timing/retry.ts'
import { workerReady } from '#protocol/timing/worker-ready.ts'
import { createAgencyLines } from './agency-lines.ts'

export interface LimitedWorkerOptions {
  /** Program of the thread. It posts `workerReady` once, then one answer to each message. */
  readonly url: URL
  /** Longest processor time of one question, in milliseconds. */
  readonly maxMs: number
  readonly maxHeapMb: number
  /** How many questions of one agency may wait. */
  readonly maxWaiting: number
}

/**
 * A thread that answers one question at a time, taking agencies in turn, each question within limits of time
 * and memory. It starts with the first question, and ends after a minute without one.
 */
export interface LimitedWorker<Question, Answer> {
  /**
   * Resolves with undefined if the question exceeds its limits. Rejects with `BUS_TOO_MANY_REQUESTS` if too
   * many questions of the agency wait, and with `BUS_STOPPING` if it is closed before the answer.
   */
  ask(agency: string, question: Question): Promise<Answer | undefined>
  close(): Promise<void>
}

interface Asked<Question, Answer> extends PromiseWithResolvers<Answer | undefined> {
  readonly question: Question
}

const idleMs = 60_000

export function createLimitedWorker<Question, Answer>(
  options: LimitedWorkerOptions
): LimitedWorker<Question, Answer> {
  const { url, maxMs, maxHeapMb, maxWaiting } = options
  const lines = createAgencyLines<Asked<Question, Answer>>(maxWaiting)
  let worker: Worker | undefined
  let asked: Asked<Question, Answer> | undefined
  let idle: NodeJS.Timeout | undefined
  let isClosed = false

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

  const put = (to: Worker, one: Asked<Question, Answer>): void => {
    stopLate(to, one).catch(() => {}) // It has ended by itself, which is handled above.
    to.postMessage(one.question)
  }

  /** Counts processor time, since on a busy machine the same question takes longer by the clock. */
  const stopLate = async (to: Worker, one: Asked<Question, Answer>): Promise<void> => {
    const before = await to.cpuUsage()
    for (let left = maxMs; left > 0; ) {
      await pause(left, { unref: true })
      if (asked !== one) return
      const { user, system } = await to.cpuUsage(before)
      left = maxMs - (user + system) / 1000
    }
    if (asked !== one) return
    stop()
    end(({ resolve }) => resolve(undefined))
  }

  const end = (answer: (one: Asked<Question, Answer>) => void): void => {
    const one = asked
    asked = undefined
    if (one) answer(one)
    next()
  }

  const next = (): void => {
    if (asked) return
    asked = lines.next()
    if (!asked) {
      clearTimeout(idle) // The thread may have ended by itself while it had no question.
      idle = setTimeout(stop, idleMs).unref()
      return
    }
    if (worker) put(worker, asked)
    else worker = start() // The question is put when it is ready.
  }

  return {
    ask(agency, question) {
      if (isClosed) return Promise.reject(stopped())
      const one = { ...Promise.withResolvers<Answer | undefined>(), question }
      if (!lines.add(agency, one)) {
        return Promise.reject(new BusError('BUS_TOO_MANY_REQUESTS', 'checks-waiting', { waitMs: 1000 }))
      }
      clearTimeout(idle)
      next()
      return one.promise
    },
    async close() {
      isClosed = true
      clearTimeout(idle)
      for (let one = asked ?? lines.next(); one; one = lines.next()) one.reject(stopped())
      asked = undefined
      const running = worker
      worker = undefined
      await running?.terminate()
    }
  }
}

function stopped(): BusError {
  return new BusError('BUS_STOPPING', 'stopping', { waitMs: 2000 })
}
