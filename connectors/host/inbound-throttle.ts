import { pause } from '#protocol/timing/retry.ts'

/** How much of what an instance brings in may be one part of its work. */
export interface PartSize {
  /** Items read, stored or published together. */
  readonly items: number
  /** Calls to the outside at the same time. */
  readonly calls: number
}

/** Of one of the loops with which an instance brings in what its outside has. */
export interface InboundThrottle {
  /**
   * Runs a part of the loop's work. While other instances deliver, parts are small, with a rest between them:
   * deliveries wait for the store several times, each time behind the part that is at work. A loop with little to do
   * never waits, since the rest comes before the next part.
   */
  runPart<T>(work: (size: PartSize) => Promise<T>, signal: AbortSignal): Promise<T>
}

/** Slows down what the instances of a process bring in, while others of them deliver. */
export interface InboundThrottles {
  /** An instance delivers, or is about to. */
  noteDelivery(instance: string): void
  /** For a loop of an instance. */
  forLoopOf(instance: string): InboundThrottle
}

const full: PartSize = { items: 100, calls: 8 }
const small: PartSize = { items: 10, calls: 4 }
/** An instance that delivered so recently is taken to deliver still. */
const recentMs = 1000
/** A rest is so many times as long as the part before it. */
const restFactor = 3
/** A part that takes long waits for a slow outside, which the store does not notice. */
const longestRestMs = 100

export interface InboundThrottleOptions {
  /** Milliseconds of a clock that is never set, with fractions. */
  readonly clock?: () => number
  readonly rest?: typeof pause
}

export function createInboundThrottles({
  clock = () => performance.now(),
  rest = pause
}: InboundThrottleOptions = {}): InboundThrottles {
  const deliveredAt = new Map<string, number>()
  const doOthersDeliver = (instance: string): boolean => {
    const since = clock() - recentMs
    return deliveredAt.entries().some(([name, at]) => name !== instance && at > since)
  }
  return {
    noteDelivery: (instance) => void deliveredAt.set(instance, clock()),
    forLoopOf(instance) {
      let restUntil = Number.NEGATIVE_INFINITY
      return {
        async runPart(work, signal) {
          const restMs = restUntil - clock()
          if (restMs > 0) await rest(restMs, { signal })
          if (!doOthersDeliver(instance)) return work(full)
          const beganAt = clock()
          const result = await work(small)
          const endedAt = clock()
          restUntil = endedAt + Math.min(restFactor * (endedAt - beganAt), longestRestMs)
          return result
        }
      }
    }
  }
}
