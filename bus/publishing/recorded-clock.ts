import { instantMs } from '#protocol/events/instant.ts'

export interface RecordedClockOptions {
  /** The wall clock, in milliseconds since the epoch. */
  readonly now: () => number
  /** What was recorded last, before the start. */
  readonly last: string | undefined
}

/** A clock that was set back by more was wrong before, and does not decide for long what grants and expires. */
const mostBackMs = 86_400_000

/**
 * The time that events are recorded under. It stands while the wall clock is behind what was recorded before, by up to a
 * day.
 */
export function createRecordedClock({ now, last }: RecordedClockOptions): () => number {
  let latest = last === undefined ? 0 : instantMs(last)
  return () => {
    const at = now()
    if (at > latest || latest - at > mostBackMs) latest = at
    return latest
  }
}
