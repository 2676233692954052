import type { Store } from '#engines/store/store.ts'
import { type FanOutLagMeter, type Lag, thinned } from '../projector/lag.ts'
import type { InboxTables } from './inbox-tables.ts'

export interface FanOutLagOptions {
  readonly store: Store
  /** A clock that is never set, in milliseconds. */
  readonly steadyNow: () => number
}

/** What waited at a time: entries of events up to this number. */
interface Sample {
  readonly at: number
  readonly lastEvent: number
  readonly entries: number
}

/** Senders whose rate is measured: those with the most entries. */
const measuredSenders = 20

/**
 * Measures how far the inboxes are behind the archive. Its seconds are as exact as the interval between two calls; a
 * rate is that since the oldest entry was seen.
 */
export function createFanOutLagMeter({ store, steadyNow }: FanOutLagOptions): FanOutLagMeter {
  /** By sender those whose entries are not all added, the oldest first. */
  let samples: ReadonlyMap<string, readonly Sample[]> = new Map()
  let measuring: Promise<ReadonlyMap<string, Lag>> | undefined

  const waiting = () => store.reader<InboxTables>().selectFrom('inboxFanOut')

  const entriesUpTo = async (sender: string, event: number): Promise<number> => {
    const row = await waiting()
      .select((e) => e.fn.sum(e('total', '-', e.ref('entered'))).as('entries'))
      .where('sender', '=', sender)
      .where('event', '<=', event)
      .executeTakeFirst()
    return Number(row?.entries ?? 0)
  }

  const measure = async (): Promise<ReadonlyMap<string, Lag>> => {
    const rows = await waiting()
      .select((e) => [
        'sender',
        e.fn.min('event').as('firstEvent'),
        e.fn.max('event').as('lastEvent'),
        e.fn.sum(e('total', '-', e.ref('entered'))).as('entries')
      ])
      .groupBy('sender')
      .execute()
    const at = steadyNow()
    const most = rows.toSorted((a, b) => Number(b.entries) - Number(a.entries))
    const next = new Map<string, readonly Sample[]>()
    const lags = new Map<string, Lag>()
    for (const [index, { sender, firstEvent, lastEvent, entries }] of most.entries()) {
      const before = (samples.get(sender) ?? []).filter((sample) => sample.lastEvent >= Number(firstEvent))
      const last = { at, lastEvent: Number(lastEvent), entries: Number(entries) }
      next.set(sender, thinned([...before, last]))
      const [first = last] = before
      const seconds = (at - first.at) / 1000
      const isMeasured = seconds > 0 && index < measuredSenders
      const added = isMeasured ? first.entries - (await entriesUpTo(sender, first.lastEvent)) : 0
      lags.set(sender, { records: last.entries, seconds, perSecond: isMeasured ? added / seconds : 0 })
    }
    samples = next
    return lags
  }

  return () => {
    measuring ??= measure().finally(() => {
      measuring = undefined
    })
    return measuring
  }
}
