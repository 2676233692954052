import type { EventLog } from '#engines/event-log/event-log.ts'
import type { Store } from '#engines/store/store.ts'
import { readPositions } from './positions.ts'

/** What is in the log and not projected, by any process. */
export interface Lag {
  readonly records: number
  /** How long the first of these records has been seen in the log, in seconds. */
  readonly seconds: number
  /** Records projected a second since then; 0 if none was in the last seconds. */
  readonly perSecond: number
}

/** Rejects if log or store do not answer. */
export type LagMeter = () => Promise<Lag>

/** Inbox entries of archived events that are still to be added, by sender; none of a sender whose events are all in. */
export type FanOutLagMeter = () => Promise<ReadonlyMap<string, Lag>>

export interface LagMeterOptions {
  readonly log: Pick<EventLog, 'ends'>
  readonly store: Store
  /** A clock that is never set, in milliseconds. */
  readonly steadyNow: () => number
}

/** The end of each shard at a time, and how many records were projected. */
interface Sample {
  readonly at: number
  readonly ends: ReadonlyMap<string, number>
  readonly projected: number
}

const maxSamples = 512
/** After this time without progress the projector stands. */
const standsAfterMs = 1500

/** Measures how far the projector is behind. Its seconds are as exact as the interval between two calls. */
export function createLagMeter({ log, store, steadyNow }: LagMeterOptions): LagMeter {
  /** Those whose records are not all projected, the oldest first. A topic that was created again ends earlier: samples of the one before are dropped. */
  let samples: readonly Sample[] = []
  /** When progress was last seen. */
  let moved = { at: Number.NEGATIVE_INFINITY, projected: -1 }
  return async () => {
    const ends = await log.ends()
    const positions = await readPositions(store)
    const at = steadyNow()
    const projected = positions.values().reduce((sum, position) => sum + position, 0)
    const behind = (shards: Sample['ends']): number =>
      shards.entries().reduce((sum, [shard, end]) => sum + Math.max(0, end - (positions.get(shard) ?? 0)), 0)
    const isOfThisLog = (sample: Sample): boolean =>
      sample.ends.entries().every(([shard, end]) => end <= (ends.get(shard) ?? 0))
    samples = thinned(
      [...samples, { at, ends, projected }].filter((sample) => isOfThisLog(sample) && behind(sample.ends) > 0)
    )
    if (projected !== moved.projected) moved = { at, projected }
    const isMoving = at - moved.at < standsAfterMs
    const [first] = samples
    const seconds = first ? (at - first.at) / 1000 : 0
    const perSecond = first && seconds > 0 && isMoving ? (projected - first.projected) / seconds : 0
    return { records: behind(ends), seconds, perSecond }
  }
}

/** Of too many samples every second one, and always the first. */
export function thinned<T>(samples: readonly T[]): readonly T[] {
  return samples.length <= maxSamples ? samples : samples.filter((_, index) => index % 2 === 0)
}
