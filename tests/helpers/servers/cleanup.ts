import { after } from 'node:test'

/** Takes what is to be done at the end: a test's context is one. */
export interface Cleanup {
  after(work: () => unknown): void
}

/** What is done at the end, the last taken first. */
export interface Cleanups extends Cleanup {
  /** Does all of it, also where some of it fails; then rejects with the first failure. */
  end(): Promise<void>
}

export function collectCleanups(): Cleanups {
  const works: (() => unknown)[] = []
  return {
    after: (work) => void works.push(work),
    async end() {
      const failures: unknown[] = []
      for (const work of works.splice(0).reverse()) {
        try {
          await work()
        } catch (error) {
          failures.push(error)
        }
      }
      if (failures.length > 0) throw failures[0]
    }
  }
}

/** For servers that a suite's tests share: called in its body, given to what its `before` starts. */
export function afterSuite(): Cleanup {
  const cleanups = collectCleanups()
  after(() => cleanups.end())
  return cleanups
}

/** Waits for the end of all, also where one fails: nothing is still starting while what has started is taken away. */
export async function allStarted<const T extends readonly unknown[]>(
  starting: T
): Promise<{ -readonly [K in keyof T]: Awaited<T[K]> }> {
  await Promise.allSettled(starting)
  return Promise.all(starting)
}
