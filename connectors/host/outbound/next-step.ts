import { askedWaitMs } from '../failures.ts'
import type { Failure } from '../hosted-instance.ts'

export type NextStep =
  /** `counted`: the attempt counts towards the schedule. */
  | { readonly kind: 'waiting'; readonly dueAt: number; readonly counted: boolean }
  /** Not tried again without a person. */
  | { readonly kind: 'dead' }
  /** The outside may have the event: it is asked, or a person decides. */
  | { readonly kind: 'in-doubt' }

export interface FailedAttempt {
  readonly failure: Failure
  readonly error: unknown
  /** Number of earlier attempts that count. */
  readonly attempts: number
  /** Whether doing it twice is harmless. */
  readonly repeatable: boolean
  /** It was the one attempt that shows whether the outside is back: it does not count. */
  readonly isProbe: boolean
}

/** Waits between attempts, growing over days. */
export const defaultScheduleMs: readonly number[] = [
  1_000, 5_000, 30_000, 300_000, 1_800_000, 7_200_000, 18_000_000, 36_000_000, 50_400_000, 72_000_000,
  86_400_000
]

/** Until the breaker decides, or the instance is paused. */
const unreachableMs = 1000

/** What happens to a delivery after a failed attempt. Times are in milliseconds. */
export function nextStep(failed: FailedAttempt, scheduleMs: readonly number[], now: number): NextStep {
  const { failure, error, attempts, repeatable, isProbe } = failed
  const retry = (ownMs: number, counted: boolean): NextStep => ({
    kind: 'waiting',
    dueAt: Math.ceil(now + Math.max(ownMs, askedWaitMs(error))),
    counted
  })
  switch (failure) {
    case 'never':
      return { kind: 'dead' }
    case 'credentials':
      return retry(unreachableMs, false) // The outside took nothing.
    case 'unreachable':
      return repeatable || wasNeverSent(error) ? retry(unreachableMs, false) : { kind: 'in-doubt' }
    case 'later': {
      const ownMs = scheduleMs[attempts]
      if (ownMs !== undefined) return retry(ownMs, !isProbe)
      return isProbe ? retry(scheduleMs.at(-1) ?? 0, false) : { kind: 'dead' }
    }
  }
}

/** Codes of failures before a connection stood: nothing can have been sent. */
const beforeSending = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'EHOSTDOWN',
  'ENOTCONN', // A kind found a session of its own broken before it sent anything.
  'UND_ERR_CONNECT_TIMEOUT',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'CERT_HAS_EXPIRED',
  'ERR_TLS_CERT_ALTNAME_INVALID'
])

/** Whether a failure, or what caused it, shows that the outside cannot have received anything. */
export function wasNeverSent(error: unknown): boolean {
  const causes: unknown[] = []
  for (let one = error; one instanceof Error && !causes.includes(one); one = one.cause) {
    if (beforeSending.has(String((one as NodeJS.ErrnoException).code))) return true
    if (one instanceof AggregateError && one.errors.length > 0 && one.errors.every(wasNeverSent)) return true
    causes.push(one)
  }
  return false
}
