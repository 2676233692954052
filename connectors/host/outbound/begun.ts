import type { Archive } from '#bus/archive/archive.ts'
import { eventOf } from '#bus/archive/archived-event.ts'
import type { Store } from '#engines/store/store.ts'
import type { OutboundEvent } from '../../connector.ts'
import type { DeliveryTables } from './delivery-tables.ts'

export interface BegunOptions {
  readonly store: Store
  readonly archive: Pick<Archive, 'byNumbers'>
}

/**
 * Events that an instance is delivering, or whose delivery is in doubt, newest first: the outside may have each of
 * them, and no mark says so yet.
 */
export async function begunBy(
  instance: string,
  limit: number,
  { store, archive }: BegunOptions
): Promise<readonly OutboundEvent[]> {
  const rows = await store
    .reader<DeliveryTables>()
    .selectFrom('deliveries')
    .select('event')
    .where('instance', '=', instance)
    .where((e) => e('open', '=', e.lit(1)))
    .where((e) => e.or([e('begunAt', 'is not', null), e('state', '=', 'in-doubt')]))
    .orderBy('event', 'desc')
    .limit(limit)
    .execute()
  const events = await archive.byNumbers(rows.map(({ event }) => event))
  return rows.flatMap(({ event: number }) => {
    const found = events.get(number)
    if (!found) return []
    const { hash, recordedTime } = found
    return [{ event: eventOf(found), hash, recordedTime }]
  })
}
