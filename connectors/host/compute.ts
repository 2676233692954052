import { createLimitedWorker, type LimitedWorker } from '#bus/fair-use/limited-worker.ts'
import type { ConnectorIo } from '../connector.ts'

const limits = { maxMs: 1000, maxHeapMb: 128, maxWaiting: 1000 }

/** The threads of a process that compute for its instances: one for each program, its agencies in turn. */
export interface Computing {
  readonly computeFor: (agency: string) => ConnectorIo['compute']
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
