import { pause } from '#protocol/timing/retry.ts'

/** How much of what an instance brings in may be one part of its work. */
export interface PartSize {
  /** Items read, stored or published together. */
  readonly items: number
  /** Calls to the outside at the same time. */
  readonly calls: number
}

/** What an instance may take of the store and the main thread, which all instances of a process share. */
export interface Share {
  /** The instance delivers now. */
  delivers(): void
  /**
   * Runs a part of what it brings in. While other instances deliver, parts are small, and after each comes a rest:
   * deliveries wait for the store several times, each time behind the part that it works at.
   */
  part<T>(work: (size: PartSize) => Promise<T>, signal: AbortSignal): Promise<T>
}

const whole: PartSize = { items: 100, calls: 8 }
const small: PartSize = { items: 10, calls: 4 }
/** An instance that delivered so recently is taken to deliver still. */
const recentMs = 1000
/** A rest is so many times as long as the part before it. */
const restTimes = 3
/** What takes longer waits for its outside more than others wait for it. */
const longestRestMs = 30

/** The shares of the instances of a process, by name. `steadyNow` gives milliseconds of a clock that is never set. */
export function createShares(steadyNow: () => number): (instance: string) => Share {
  const deliveredAt = new Map<string, number>()
  const doOthersDeliver = (instance: string): boolean => {
    const since = steadyNow() - recentMs
    return deliveredAt.entries().some(([name, at]) => name !== instance && at > since)
  }
  return (instance) => ({
    delivers: () => void deliveredAt.set(instance, steadyNow()),
    async part(work, signal) {
      if (!doOthersDeliver(instance)) return work(whole)
      const beganAt = performance.now()
      const result = await work(small)
      await pause(Math.min(restTimes * (performance.now() - beganAt), longestRestMs), { signal })
      return result
    }
  })
}
