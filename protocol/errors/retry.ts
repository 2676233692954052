import { setTimeout as timer } from 'node:timers/promises'

export interface PauseOptions {
  /** Ends the wait. */
  readonly signal?: AbortSignal | undefined
  /** Does not keep the process alive. */
  readonly unref?: boolean
}

/** Resolves after so long, or once the signal aborts. Never rejects. */
export function pause(ms: number, { signal, unref = false }: PauseOptions = {}): Promise<void> {
  return timer(ms, undefined, { ref: !unref, ...(signal ? { signal } : {}) }).catch(() => {})
}

export interface Backoff {
  readonly firstMs: number
  readonly lastMs: number
}

/** How long to wait after a failure that others preceded without a success: each time twice as long, up to the last. */
export function backoffMs(preceding: number, { firstMs, lastMs }: Backoff): number {
  return Math.min(firstMs * 2 ** preceding, lastMs)
}

export interface RetryOptions extends PauseOptions {
  /** How long to wait after a failure, milliseconds; undefined where trying again is of no use. */
  readonly waitMs: (error: unknown) => number | undefined
  /** How often it is tried at the most. */
  readonly tries?: number
  /** From the first try on; a failure after it is final. */
  readonly longestMs?: number
}

/** Tries until it succeeds. Rejects with the last failure where that is final, or once the signal aborts. */
export async function retry<T>(attempt: () => Promise<T>, options: RetryOptions): Promise<T> {
  const { waitMs, tries = Number.POSITIVE_INFINITY, longestMs = Number.POSITIVE_INFINITY } = options
  const until = performance.now() + longestMs
  for (let left = tries; ; left -= 1) {
    try {
      return await attempt()
    } catch (error) {
      const ms = waitMs(error)
      if (ms === undefined || left === 1 || performance.now() > until) throw error
      await pause(ms, options)
      if (options.signal?.aborted) throw error
    }
  }
}
