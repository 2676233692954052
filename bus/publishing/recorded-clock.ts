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
  /** The time of an act that was recorded by a clock that was wrong. */
  let wrong = 0
  return () => {
    const at = now()
    const act = lastActAt()
    if (act - at > mostBackMs) wrong = act
    latest = Math.max(at, act === wrong ? 0 : act, latest - at > mostBackMs ? 0 : latest)
    return latest
  }
}
