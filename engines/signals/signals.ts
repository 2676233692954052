/** Wakes those who wait for something new, by name (an agency's code). */
export interface Signals {
  notify(names: Iterable<string>): void
  /** Wakes every waiter, as if every name had been notified. */
  notifyAll(): void
  /** How often the name was notified. Call it before looking for something new, and pass the result to `wait`. */
  count(name: string): number
  /**
   * Resolves when the name has been notified more often than `seen`, after `ms`, or when the signal aborts.
   * Never rejects.
   */
  wait(name: string, seen: number, ms: number, signal: AbortSignal): Promise<void>
}

export function createSignals(): Signals {
  const counts = new Map<string, number>()
  const waiting = new Map<string, Set<() => void>>()
  let ofAll = 0
  const count = (name: string): number => (counts.get(name) ?? 0) + ofAll
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

    wait(name, seen, ms, signal) {
      if (signal.aborted || count(name) > seen) return Promise.resolve()
      const { promise, resolve } = Promise.withResolvers<void>()
      const timer = setTimeout(resolve, ms)
      const wake = (): void => resolve()
      signal.addEventListener('abort', wake, { once: true })
      const wakes = waiting.get(name) ?? new Set()
      wakes.add(wake)
      waiting.set(name, wakes)
      return promise.finally(() => {
        clearTimeout(timer)
        signal.removeEventListener('abort', wake)
        wakes.delete(wake)
        if (wakes.size === 0 && waiting.get(name) === wakes) waiting.delete(name)
      })
    }
  }
}
