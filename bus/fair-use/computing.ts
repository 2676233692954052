import { createLimitedWorker, type LimitedWorker } from './limited-worker.ts'

const limits = { maxMs: 1000, maxHeapMb: 128, maxWaiting: 1000 }

/** Threads that answer questions of agencies: one for each program, the agencies in turn. */
export interface Computing {
  /** The answer is undefined if it takes more time or memory than one question may. */
  readonly computeFor: (
    agency: string
  ) => <Question, Answer>(program: URL, question: Question) => Promise<Answer | undefined>
  readonly close: () => Promise<void>
}

export function createComputing(): Computing {
  const threads = new Map<string, LimitedWorker<unknown, unknown>>()
  const threadOf = (program: URL): LimitedWorker<unknown, unknown> => {
    const known = threads.get(program.href)
    if (known) return known
    const thread = createLimitedWorker<unknown, unknown>({ url: program, ...limits })
    threads.set(program.href, thread)
    return thread
  }
  return {
    computeFor:
      (agency) =>
      async <Question, Answer>(program: URL, question: Question) =>
        (await threadOf(program).ask(agency, question)) as Answer | undefined,
    async close() {
      await Promise.all([...threads.values()].map((thread) => thread.close()))
    }
  }
}
