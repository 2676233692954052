import { BusError, codeOf, retryOf } from '#protocol/errors/bus-error.ts'
import type { ErrorCode } from '#protocol/errors/catalogue.ts'

export type NextStep =
  | { readonly kind: 'retry'; readonly dueAt: number; readonly reason: ErrorCode }
  | { readonly kind: 'dead'; readonly reason: ErrorCode }

/** Waits between attempts, growing over days. */
export const defaultScheduleMs: readonly number[] = [
  1_000, 5_000, 30_000, 300_000, 1_800_000, 7_200_000, 18_000_000, 36_000_000, 50_400_000, 72_000_000,
  86_400_000
]

/** What happens to a delivery after a failed attempt. `attempt` counts from 1; times are in milliseconds. */
export function nextStep(
  attempt: number,
  error: unknown,
  scheduleMs: readonly number[],
  now: number
): NextStep {
  const ours = scheduleMs[attempt - 1]
  const reason = codeOf(error)
  if (ours === undefined || retryOf(error) === 'never') return { kind: 'dead', reason }
  const asked = error instanceof BusError ? (error.waitMs ?? 0) : 0
  return { kind: 'retry', dueAt: now + Math.max(asked, ours), reason }
}
