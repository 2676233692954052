import type { Logger } from '#engines/telemetry/logger.ts'
import { BusError } from '#protocol/errors/bus-error.ts'
import type { Lag, LagMeter } from './lag.ts'

export interface LagLimitOptions {
  readonly lagOf: LagMeter
  /** Longest time that an accepted event may wait for the projector, in seconds. */
  readonly maxSeconds: number
  readonly logger: Logger
  /** A clock that is never set, in milliseconds. */
  readonly steadyNow: () => number
}

/** Keeps the projector from falling further behind than it may: publishing waits for it. */
export interface LagLimit {
  /** Throws `BUS_OVERLOADED` if an event accepted now would wait longer than it may. */
  check(): void
  /** Why nothing is accepted, in words for an operator; undefined while events are. */
  warning(): string | undefined
  close(): Promise<void>
}

const everyMs = 1000
/** The lag is known this late at most: a record may be as old as the interval when it is first seen, and once more when it is asked for. */
const knownLateSeconds = (2 * everyMs) / 1000
/** Before this, little is known of how fast it is. */
const forecastAfterSeconds = 3
const waitMs = 2000

/**
 * Measures every second while events are published or the projector is behind. A projector that works is told by
 * what it has left and by its rate, one that stands by the age of the first record that it has left.
 */
export function createLagLimit({ lagOf, maxSeconds, logger, steadyNow }: LagLimitOptions): LagLimit {
  let lag: Lag = { records: 0, seconds: 0, perSecond: 0 }
  let measuredAt = Number.NEGATIVE_INFINITY
  let isAsked = false
  let measuring: Promise<void> | undefined

  const measureOnce = async (): Promise<void> => {
    isAsked = false
    const was = isTooFar(lag)
    try {
      lag = await lagOf()
      measuredAt = steadyNow()
    } catch (error) {
      logger.debug({ err: error }, 'the lag of the projector is not known; see err')
    }
    if (isTooFar(lag) !== was) logger.warn({ lag }, was ? 'events are accepted again' : textOf(lag))
  }

  const isTooFar = ({ records, seconds, perSecond }: Lag): boolean => {
    if (seconds >= maxSeconds - knownLateSeconds) return true
    return (
      seconds >= forecastAfterSeconds && perSecond > 0 && records / perSecond >= maxSeconds - knownLateSeconds
    )
  }

  /** What was measured long ago says nothing; then log or store do not answer, and refuse events themselves. */
  const isKnown = (): boolean => steadyNow() - measuredAt < maxSeconds * 1000

  const textOf = ({ records, seconds }: Lag): string =>
    `the projector is ${records} records and ${Math.round(seconds)} s behind; events are answered 503 until it has caught up (publishing.maxLagSeconds)`

  const timer = setInterval(() => {
    if (measuring || !(isAsked || lag.records > 0)) return
    measuring = measureOnce().finally(() => {
      measuring = undefined
    })
  }, everyMs)
  timer.unref()

  return {
    check() {
      isAsked = true
      if (isKnown() && isTooFar(lag)) throw new BusError('BUS_OVERLOADED', 'inboxes-behind', { waitMs })
    },
    warning: () => (isKnown() && isTooFar(lag) ? textOf(lag) : undefined),
    async close() {
      clearInterval(timer)
      await measuring
    }
  }
}
