/** How many attempts may start, and when. Shared by the instances of a rate group. Times are in milliseconds. */
export interface Pacer {
  /** How many of `wanted` attempts may start now; those count as started. */
  take(wanted: number, ratePerSecond: number | undefined, now: number): number
  /** When the next one may start; not later than `now` if one may start now. */
  nextAt(ratePerSecond: number | undefined, now: number): number
  /** Lets none start before an instant: the outside asked for it. */
  hold(until: number): void
  /** Until when that lasts; undefined if nothing holds. */
  heldUntil(now: number): number | undefined
  /** Forgets it: a person wants it tried now. */
  release(): void
}

/** Time that may be saved up at high rates, since the loop that asks comes late. Below ten a second there is none. */
const savedMs = 100

/** Attempts start evenly, at the interval of the rate. */
export function createPacer(): Pacer {
  let freeAt = Number.NEGATIVE_INFINITY
  let heldUntil = Number.NEGATIVE_INFINITY
  return {
    take(wanted, ratePerSecond, now) {
      if (now < heldUntil) return 0
      if (ratePerSecond === undefined) return wanted
      const intervalMs = 1000 / ratePerSecond
      let started = 0
      for (; started < wanted && freeAt <= now; started += 1) {
        freeAt = Math.max(freeAt, intervalMs < savedMs ? now - savedMs : now) + intervalMs
      }
      return started
    },
    nextAt: (ratePerSecond, now) => Math.max(heldUntil, ratePerSecond === undefined ? now : freeAt),
    hold(until) {
      heldUntil = Math.max(heldUntil, until)
    },
    heldUntil: (now) => (heldUntil > now ? heldUntil : undefined),
    release() {
      heldUntil = Number.NEGATIVE_INFINITY
    }
  }
}

/** The pacers of a process, by rate group. */
export function createPacers(): (rateGroup: string) => Pacer {
  const pacers = new Map<string, Pacer>()
  return (rateGroup) => {
    const pacer = pacers.get(rateGroup) ?? createPacer()
    pacers.set(rateGroup, pacer)
    return pacer
  }
}
