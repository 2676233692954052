import { BusError } from '../errors/bus-error.ts'

/** Longest time of a call to an outside. */
export const callTimeoutMs = 60_000

/**
 * Runs a call of a kind within a time limit. Its signal aborts at the end of the time, or with `signal`; then this
 * rejects, even if the call does not. Rejects with `BUS_PEER_UNREACHABLE` when the time is up.
 */
export async function withTimeout<T>(
  signal: AbortSignal,
  ms: number,
  call: (signal: AbortSignal) => Promise<T>
): Promise<T> {
  signal.throwIfAborted()
  const ending = new AbortController()
  const { promise, reject } = Promise.withResolvers<never>()
  const end = (reason: unknown): void => {
    reject(reason)
    ending.abort(reason)
  }
  const stop = (): void => end(signal.reason)
  signal.addEventListener('abort', stop, { once: true })
  const timer = setTimeout(() => {
    end(new BusError('BUS_PEER_UNREACHABLE', 'peer-timeout', { values: { seconds: Math.ceil(ms / 1000) } }))
  }, ms)
  try {
    const running = call(ending.signal)
    running.catch(() => {}) // Reported by the race, or too late to matter.
    return await Promise.race([running, promise])
  } finally {
    promise.catch(() => {})
    clearTimeout(timer)
    signal.removeEventListener('abort', stop)
  }
}
