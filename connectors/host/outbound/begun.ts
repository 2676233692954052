import type { Archive } from '#bus/archive/archive.ts'
import type { Store } from '#engines/store/store.ts'
import type { OutboundEvent } from '../../connector.ts'
import type { DeliveryTables } from './delivery-tables.ts'
import { toOutbound } from './to-outbound.ts'

export interface BegunFilter {
  readonly sender: string
  /** Milliseconds since the epoch. */
  readonly endedSince: number
  readonly limit: number
}

export interface BegunOptions {
  readonly store: Store
  readonly archive: Pick<Archive, 'byNumbers'>
}

/**
 * Events of a sender that an instance is delivering, whose delivery is in doubt, or was ended by a person, newest first:
 * the outside may have each of them, and no mark says so.
 */
export async function begunBy(
  instance: string,
  filter: BegunFilter,
  { store, archive }: BegunOptions
): Promise<readonly OutboundEvent[]> {
  const rows = await Promise.all(numbersOf(store, instance, filter))
  const numbers = new Set(rows.flat().map(({ event }) => event))
  const newest = [...numbers].sort((a, b) => b - a).slice(0, filter.limit)
  const events = await archive.byNumbers(newest)
  return newest.flatMap((number) => {
    const found = events.get(number)
    return found ? [toOutbound(found)] : []
  })
}

function numbersOf(
  store: Store,
  instance: string,
  { sender, endedSince, limit }: BegunFilter
): readonly Promise<readonly { readonly event: number }[]>[] {
  const newest = store
    .reader<DeliveryTables>()
    .selectFrom('deliveries as d')
    .select('d.event')
    .where('d.instance', '=', instance)
    .where('d.sender', '=', sender)
    .orderBy('d.event', 'desc')
    .limit(limit)
  // One by one: each has an index of its own.
  return [
    newest.where('d.begunAt', 'is not', null).execute(),
    newest.where('d.state', '=', 'in-doubt').execute(),
    newest
      .innerJoin('deliveryActs as a', (on) =>
        on.onRef('a.instance', '=', 'd.instance').onRef('a.event', '=', 'd.event')
      )
      .where((e) => e.or([e('a.act', '=', 'skip'), e('a.act', '=', 'settle as done')]))
      .where('a.at', '>=', endedSince)
      .where('d.open', '=', 0)
      .execute()
  ]
}
