/** Turns by key: one at a time for each. */
export interface Turns {
  /** Resolves once it is the caller's turn, with a function that ends the turn. Rejects when the signal aborts. */
  take(key: string, signal: AbortSignal): Promise<() => void>
}

export function createTurns(): Turns {
  const last = new Map<string, Promise<void>>()
  return {
    async take(key, signal) {
      const { promise: ended, resolve: end } = Promise.withResolvers<void>()
      const before = last.get(key)
      const own = Promise.all([before, ended]).then(() => {})
      last.set(key, own)
      void own.then(() => (last.get(key) === own ? last.delete(key) : undefined))
      try {
        await beforeAbort(before, signal)
      } catch (error) {
        end()
        throw error
      }
      return end
    }
  }
}

async function beforeAbort(work: Promise<void> | undefined, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted()
  const { promise: aborted, reject } = Promise.withResolvers<never>()
  const stop = (): void => reject(signal.reason)
  signal.addEventListener('abort', stop, { once: true })
  try {
    await Promise.race([work, aborted])
  } finally {
    signal.removeEventListener('abort', stop)
  }
}
