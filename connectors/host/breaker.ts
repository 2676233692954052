import { backoffMs } from '#protocol/timing/retry.ts'

/** Whether an outside is called. Times are in milliseconds, of a steady clock. */
export interface Breaker {
  /** Failures to reach the outside since the last success. */
  readonly failures: number
  /** It is not called before this. */
  readonly retryAt: number
}

export const closedBreaker: Breaker = { failures: 0, retryAt: 0 }

/** Failures in a row after which an outside that was reached before is not called for a while. */
const opensAt = 3
const waits = { firstMs: 1000, lastMs: 60_000 }

/** An open breaker lets nothing through until `retryAt`, and then one at a time. */
export function isOpen({ retryAt }: Breaker): boolean {
  return retryAt > 0
}

/**
 * The breaker after a failure to reach the outside. A failure to connect opens it at once, since nothing else can
 * be tried. `askedMs` is how long the outside asked to wait.
 */
export function afterFailure(
  { failures }: Breaker,
  {
    isConnecting,
    askedMs = 0,
    random = 0,
    now
  }: {
    readonly isConnecting: boolean
    readonly askedMs?: number
    readonly random?: number
    readonly now: number
  }
): Breaker {
  const counted = failures + 1
  if (!isConnecting && counted < opensAt) return { failures: counted, retryAt: 0 }
  const preceding = isConnecting ? failures : counted - opensAt
  return { failures: counted, retryAt: now + Math.max(askedMs, backoffMs(preceding, waits, random)) }
}
