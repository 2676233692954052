export interface SettledClockOptions {
  /** The wall clock, in milliseconds since the epoch. */
  readonly now: () => number
  /** A clock that is never set, in milliseconds. */
  readonly elapsed?: () => number
}

/** A step forward counts once the wall clock has kept it for so long. */
export const settlesAfterMs = 300_000
/** By as much a clock that is kept by NTP may differ between two looks. */
const driftMs = 1000

/**
 * The wall clock for what cannot be undone, such as expiry: set back, it is followed at once; set forward, once it has
 * stayed there for five minutes. So a clock that is wrong for a moment ends nothing early, and a machine that starts
 * a month behind and is then set right ends everything in time.
 */
export function createSettledClock({
  now,
  elapsed = () => performance.now()
}: SettledClockOptions): () => number {
  /** The wall clock is ahead of the other by this much, as far as it counts. */
  let counted = now() - elapsed()
  let step = { ahead: counted, since: elapsed() }
  return () => {
    const at = elapsed()
    const ahead = now() - at
    if (Math.abs(ahead - step.ahead) > driftMs) step = { ahead, since: at }
    if (ahead <= counted + driftMs || at - step.since >= settlesAfterMs) counted = ahead
    return Math.round(at + counted)
  }
}
