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
