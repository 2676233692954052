export interface PauseOptions {
  /** Ends the wait. */
  readonly signal?: AbortSignal | undefined
  /** If set, the wait does not keep the process alive. */
  readonly unref?: boolean
}

/** Resolves after `ms`, or when the signal aborts. Never rejects. */
export function pause(ms: number, { signal, unref = false }: PauseOptions = {}): Promise<void> {
  return new Promise((resolve) => {
    if (signal?.aborted) return resolve()
    const end = (): void => {
      clearTimeout(timer)
      signal?.removeEventListener('abort', end)
      resolve()
    }
    const timer = setTimeout(end, ms)
    if (unref) timer.unref()
    signal?.addEventListener('abort', end)
  })
}

export interface Backoff {
  readonly firstMs: number
  readonly lastMs: number
}

/**
 * How long to wait after a failure. `preceding` is the number of failures before it without a success; the
 * wait doubles each time, up to `lastMs`. `random`, from 0 to 1, makes it up to a quarter shorter, so that those that
 * failed together do not come back in step.
 */
export function backoffMs(preceding: number, { firstMs, lastMs }: Backoff, random = 0): number {
  return Math.min(firstMs * 2 ** preceding, lastMs) * (1 - random / 4)
}

export interface RetryOptions extends PauseOptions {
  /** How long to wait after a failure, in milliseconds; undefined if trying again is of no use. */
  readonly waitMs: (error: unknown) => number | undefined
  /** Maximum number of attempts. */
  readonly tries?: number
  /** Time since the first attempt after which a failure is final. */
  readonly longestMs?: number
}

/** Repeats an attempt until it succeeds. Rejects with the last failure if that is final, or when the signal aborts. */
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
