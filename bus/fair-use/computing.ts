import { createLimitedWorker, type LimitedWorker } from './limited-worker.ts'

const limits = { maxMs: 1000, maxHeapMb: 128, maxWaiting: 1000 }

/** Threads that answer questions of agencies: one for each program, the agencies in turn. */
export interface Computing {
  /** The answer is undefined if it takes more time or memory than one question may. */
  readonly computeFor: (
    agency: string
  ) => <Question, Answer>(program: URL, question: Question) => Promise<Answer | undefined>
  /** Runs work that takes much memory, a few at a time; the others wait in their order. */
  readonly inTurn: <Result>(work: () => Promise<Result>) => Promise<Result>
  readonly close: () => Promise<void>
}

/** Work that takes much memory, at one time. */
const atOnce = 2

export function createComputing(): Computing {
  const threads = new Map<string, LimitedWorker<unknown, unknown>>()
  const threadOf = (program: URL): LimitedWorker<unknown, unknown> => {
    const known = threads.get(program.href)
    if (known) return known
    const thread = createLimitedWorker<unknown, unknown>({ url: program, ...limits })
    threads.set(program.href, thread)
    return thread
  }
  const waiting: (() => void)[] = []
  let running = 0
  return {
    async inTurn(work) {
      if (running >= atOnce) await new Promise<void>((resolve) => waiting.push(resolve))
      else running += 1
      try {
        return await work()
      } finally {
        const next = waiting.shift()
        if (next) next()
        else running -= 1
      }
    },
    computeFor:
      (agency) =>
      async <Question, Answer>(program: URL, question: Question) =>
        (await threadOf(program).ask(agency, question)) as Answer | undefined,
    async close() {
      await Promise.all([...threads.values()].map((thread) => thread.close()))
    }
  }
}
