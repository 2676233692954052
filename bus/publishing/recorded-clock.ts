import { instantMs } from '#protocol/events/instant.ts'

export interface RecordedClockOptions {
  /** The wall clock, in milliseconds since the epoch. */
  readonly now: () => number
  /** What was recorded last, before the start. */
  readonly last: string | undefined
}

/** The time that events are recorded under. While the wall clock is behind what was recorded before, it stands. */
export function createRecordedClock({ now, last }: RecordedClockOptions): () => number {
  let latest = last === undefined ? 0 : instantMs(last)
  return () => {
    latest = Math.max(latest, now())
    return latest
  }
}
