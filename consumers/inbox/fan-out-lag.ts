import type { Store } from '#engines/store/store.ts'
import type { FanOutLagMeter, Lag } from '../projector/lag.ts'
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

const maxSamples = 512

/** Measures how far the inboxes are behind the archive. Its seconds are as exact as the interval between two calls. */
export function createFanOutLagMeter({ store, steadyNow }: FanOutLagOptions): FanOutLagMeter {
  /** By sender those whose entries are not all added, the oldest first. */
  let samples: ReadonlyMap<string, readonly Sample[]> = new Map()

  const waiting = () => store.reader<InboxTables>().selectFrom('inboxFanOut')

  const entriesUpTo = async (sender: string, event: number): Promise<number> => {
    const row = await waiting()
      .select((e) => e.fn.sum(e('total', '-', e.ref('entered'))).as('entries'))
      .where('sender', '=', sender)
      .where('event', '<=', event)
      .executeTakeFirst()
    return Number(row?.entries ?? 0)
  }

  return async () => {
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
    const next = new Map<string, readonly Sample[]>()
    const lags = new Map<string, Lag>()
    for (const { sender, firstEvent, lastEvent, entries } of rows) {
      const before = (samples.get(sender) ?? []).filter((sample) => sample.lastEvent >= Number(firstEvent))
      const own = [...before, { at, lastEvent: Number(lastEvent), entries: Number(entries) }]
      next.set(sender, own.length <= maxSamples ? own : own.filter((_, index) => index % 2 === 0))
      const [first = { at, lastEvent: 0, entries: 0 }] = own
      const seconds = (at - first.at) / 1000
      const added = seconds === 0 ? 0 : first.entries - (await entriesUpTo(sender, first.lastEvent))
      lags.set(sender, { records: Number(entries), seconds, perSecond: added / Math.max(seconds, 1) })
    }
    samples = next
    return lags
  }
}
