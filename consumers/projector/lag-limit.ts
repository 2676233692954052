import type { Logger } from '#engines/telemetry/logger.ts'
import { BusError } from '#protocol/errors/bus-error.ts'
import type { FanOutLagMeter, Lag, LagMeter } from './lag.ts'

export interface LagLimitOptions {
  readonly lagOf: LagMeter
  readonly fanOutLagOf: FanOutLagMeter
  /** Longest time that an accepted event may wait for the projector, in seconds. */
  readonly maxSeconds: number
  readonly logger: Logger
  /** A clock that is never set, in milliseconds. */
  readonly steadyNow: () => number
}

/**
 * Keeps the inboxes from falling further behind than they may: publishing waits for the projector, and an
 * agency's for its own events that are archived and not in all inboxes.
 */
export interface LagLimit {
  /** Throws `BUS_OVERLOADED` if an event of an agency accepted now would wait longer than it may. */
  check(agency: string): void
  /** Why nothing is accepted, or nothing of an agency, in words for an operator; undefined while events are. */
  warning(): string | undefined
  /** Whether nothing is accepted of anybody. */
  refusesAll(): boolean
  close(): Promise<void>
}

const everyMs = 1000
/** The lag is known this late at most: a record may be as old as the interval when it is first seen, and once more when it is asked for. */
const knownLateSeconds = (2 * everyMs) / 1000
/** Before this, little is known of how fast it is. */
const forecastAfterSeconds = 3
const waitMs = 2000

/**
 * Measures every second while events are published or something is behind. A projector that works is told by
 * what it has left and by its rate, one that stands by the age of the first record that it has left.
 */
export function createLagLimit(options: LagLimitOptions): LagLimit {
  const { lagOf, fanOutLagOf, maxSeconds, logger, steadyNow } = options
  const projector = { lag: { records: 0, seconds: 0, perSecond: 0 } as Lag, at: Number.NEGATIVE_INFINITY }
  const fanOut = { lags: new Map() as ReadonlyMap<string, Lag>, at: Number.NEGATIVE_INFINITY }
  let isAsked = false
  let measuring: Promise<void> | undefined

  const measureOnce = async (): Promise<void> => {
    isAsked = false
    const was = problem()
    const [ofProjector, ofSenders] = await Promise.allSettled([lagOf(), fanOutLagOf()])
    if (ofProjector.status === 'fulfilled') {
      Object.assign(projector, { lag: ofProjector.value, at: steadyNow() })
    }
    if (ofSenders.status === 'fulfilled') Object.assign(fanOut, { lags: ofSenders.value, at: steadyNow() })
    for (const one of [ofProjector, ofSenders]) {
      if (one.status === 'fulfilled') continue
      logger.debug({ err: one.reason }, 'the lag of the inboxes is not known; see err')
    }
    const is = problem()
    if ((is === undefined) !== (was === undefined)) logger.warn(is ?? 'events are accepted again')
  }

  const isTooFar = ({ records, seconds, perSecond }: Lag): boolean => {
    if (seconds >= maxSeconds - knownLateSeconds) return true
    return (
      seconds >= forecastAfterSeconds && perSecond > 0 && records / perSecond >= maxSeconds - knownLateSeconds
    )
  }

  /** What was measured long ago says nothing; then log or store do not answer, and refuse events themselves. */
  const isKnown = ({ at }: { readonly at: number }): boolean => steadyNow() - at < maxSeconds * 1000

  const refusesAll = (): boolean => isKnown(projector) && isTooFar(projector.lag)

  const problem = (): string | undefined => {
    if (refusesAll()) {
      const { records, seconds } = projector.lag
      return `the projector is ${records} records and ${Math.round(seconds)} s behind; events are answered 503 until it has caught up (publishing.maxLagSeconds)`
    }
    const [late] = isKnown(fanOut) ? fanOut.lags.entries().filter(([, lag]) => isTooFar(lag)) : []
    if (!late) return undefined
    const [sender, { records: entries, seconds }] = late
    return `${entries} inbox entries of events of ${sender} are not added yet, the oldest for ${Math.round(seconds)} s; its events are answered 503 until they are (publishing.maxLagSeconds)`
  }

  const timer = setInterval(() => {
    if (measuring || !(isAsked || projector.lag.records > 0 || fanOut.lags.size > 0)) return
    measuring = measureOnce().finally(() => {
      measuring = undefined
    })
  }, everyMs)
  timer.unref()

  return {
    check(agency) {
      isAsked = true
      if (refusesAll()) throw new BusError('BUS_OVERLOADED', 'inboxes-behind', { waitMs })
      const own = fanOut.lags.get(agency)
      if (isKnown(fanOut) && own && isTooFar(own)) {
        throw new BusError('BUS_OVERLOADED', 'own-events-behind', { waitMs })
      }
    },
    warning: problem,
    refusesAll,
    async close() {
      clearInterval(timer)
      await measuring
    }
  }
}
