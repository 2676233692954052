import { backoffMs } from '#protocol/timing/retry.ts'
import { askedWaitMs } from '../failures.ts'
import type { PollResult } from './poll-outside.ts'

const waits = { firstMs: 1000, lastMs: 300_000 }
/** Polls of many instances are spread by up to this share of their interval. */
const jitter = 0.1
/** While too much is not published. */
const backlogMs = 250

/** How long to wait after a poll that succeeded. `random` is from 0 to 1. */
export function waitAfterPollMs(result: PollResult, everyMs: number, random: number): number {
  if (result === 'backlog') return backlogMs
  return result.hasMore ? 0 : everyMs * (1 + jitter * (random - 0.5))
}

/** How long to wait after failures in a row, this one included; at least as long as the outside asks. */
export function waitAfterFailureMs(failures: number, everyMs: number, error: unknown, random = 0): number {
  return Math.max(askedWaitMs(error), everyMs, backoffMs(failures - 1, waits, random))
}
