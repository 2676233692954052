import { instantMs } from '#protocol/events/instant.ts'

export interface RecordedClockOptions {
  /** The wall clock, in milliseconds since the epoch. */
  readonly now: () => number
  /** What was recorded last, before the start. */
  readonly last: string | undefined
  /** When the last act was recorded, in milliseconds since the epoch: a key that it registered is not valid before. */
  readonly lastActAt: () => number
}

/** A clock that was set back by more was wrong before, and does not decide for long what grants and expires. */
const mostBackMs = 86_400_000

/**
 * The time that events are recorded under. It stands while the wall clock is behind what was recorded before, by up to a
 * day.
 */
export function createRecordedClock({ now, last, lastActAt }: RecordedClockOptions): () => number {
  let latest = last === undefined ? 0 : instantMs(last)
  return () => {
    const at = now()
    const recorded = Math.max(latest, lastActAt())
    latest = at > recorded || recorded - at > mostBackMs ? at : recorded
    return latest
  }
}
