import { inChunks } from '#engines/store/chunks.ts'
import type { HostedInstance } from '../hosted-instance.ts'
import type { DeliveryTables } from './delivery-tables.ts'
import type { OutboundOptions } from './outbound-options.ts'

const dayMs = 86_400_000
const prunedAtOnce = 500

/**
 * Removes deliveries that ended long ago; what people did to them is kept, and those that they skipped: what was not
 * delivered must not look as if it were (`undeliveredAmong`). The position in the inbox is past their events, so none
 * is taken again. Returns whether there may be more.
 */
export async function pruneDeliveries(
  instance: HostedInstance,
  { store, guard }: Pick<OutboundOptions, 'store' | 'guard'>
): Promise<boolean> {
  const { name, deliveryDays, now } = instance
  const rows = await store
    .reader<DeliveryTables>()
    .selectFrom('deliveries')
    .select('event')
    .where('instance', '=', name)
    .where((e) => e('open', '=', e.lit(0)))
    .where('state', '!=', 'skipped')
    .where('endedAt', '<', now() - deliveryDays * dayMs)
    .limit(prunedAtOnce)
    .execute()
  if (rows.length === 0) return false
  const events = rows.map(({ event }) => event)
  await store.transaction(async (transaction) => {
    await guard(transaction, instance)
    await inChunks(events, (some) =>
      transaction
        .tables<DeliveryTables>()
        .deleteFrom('deliveries')
        .where('instance', '=', name)
        .where('event', 'in', some)
        .execute()
    )
  })
  return rows.length === prunedAtOnce
}
