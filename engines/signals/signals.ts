/** One name, or several any of which counts. */
export type Names = string | readonly string[]

/** Wakes those who wait for something new, by name (such as an agency's code). */
export interface Signals {
  notify(names: Iterable<string>): void
  /** Wakes every waiter, as if every name had been notified. */
  notifyAll(): void
  /** How often the names were notified. Call it before looking for something new, and pass the result to `wait`. */
  count(names: Names): number
  /**
   * Resolves when the names have been notified more often than `seen`, after `ms`, or when the signal aborts.
   * Never rejects.
   */
  wait(names: Names, seen: number, ms: number, signal: AbortSignal): Promise<void>
}

export function createSignals(): Signals {
  const counts = new Map<string, number>()
  const waiting = new Map<string, Set<() => void>>()
  let ofAll = 0
  const count = (names: Names): number =>
    listOf(names).reduce((sum, name) => sum + (counts.get(name) ?? 0), ofAll)
  const wakeAll = (wakes: Iterable<() => void>): void => {
    for (const wake of wakes) wake()
  }

  return {
    count,

    notify(names) {
      for (const name of names) {
        counts.set(name, (counts.get(name) ?? 0) + 1)
        const wakes = waiting.get(name)
        waiting.delete(name)
        wakeAll(wakes ?? [])
      }
    },

    notifyAll() {
      ofAll += 1
      const everyone = [...waiting.values()]
      waiting.clear()
      for (const wakes of everyone) wakeAll(wakes)
    },

    wait(names, seen, ms, signal) {
      if (signal.aborted || count(names) > seen) return Promise.resolve()
      const { promise, resolve } = Promise.withResolvers<void>()
      const timer = setTimeout(resolve, ms)
      const wake = (): void => resolve()
      signal.addEventListener('abort', wake, { once: true })
      for (const name of listOf(names)) waiting.set(name, (waiting.get(name) ?? new Set()).add(wake))
      return promise.finally(() => {
        clearTimeout(timer)
        signal.removeEventListener('abort', wake)
        for (const name of listOf(names)) {
          const wakes = waiting.get(name)
          wakes?.delete(wake)
          if (wakes?.size === 0) waiting.delete(name)
        }
      })
    }
  }
}

function listOf(names: Names): readonly string[] {
  return typeof names === 'string' ? [names] : names
}
