import { after } from 'node:test'

/** Takes functions to run at the end. A test's context is one. */
export interface Cleanup {
  after(work: () => unknown): void
}

/** Functions to run at the end; the last one added runs first. */
export interface Cleanups extends Cleanup {
  /** Runs all of them, even if some fail; then rejects with the first failure. */
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

/** For servers that the tests of a suite share: call it in the suite, and pass it to what `before` starts. */
export function afterSuite(): Cleanup {
  const cleanups = collectCleanups()
  after(() => cleanups.end())
  return cleanups
}

/** Waits for all, even if one fails, so that nothing is still starting while the rest is removed. */
export async function allStarted<const T extends readonly unknown[]>(
  starting: T
): Promise<{ -readonly [K in keyof T]: Awaited<T[K]> }> {
  await Promise.allSettled(starting)
  return Promise.all(starting)
}
