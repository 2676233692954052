import type { Store } from '#engines/store/store.ts'
import type { HostedInstance } from '../hosted-instance.ts'
import type { DeliveryTables } from './delivery-tables.ts'

/**
 * Whether a delivery is to be looked up now or for the first time, or is being looked up. Until that is done, what it
 * made outside is not known as made by the instance. `isStarting`: deliveries that were cut off before the start may
 * not be in doubt yet. A look-up that failed is due later, and holds nothing up.
 */
export async function isLookUpDue(
  store: Store,
  { name, definition }: Pick<HostedInstance, 'name' | 'definition'>,
  { isStarting, now }: { readonly isStarting: boolean; readonly now: number }
): Promise<boolean> {
  if (!definition.outbound?.lookUp) return false
  const begun = await store
    .reader<DeliveryTables>()
    .selectFrom('deliveries')
    .select(['state', 'dueAt', 'begunAt', 'failedAt'])
    .where('instance', '=', name)
    .where('begunAt', 'is not', null)
    .execute()
  return begun.some(
    ({ state, dueAt, begunAt, failedAt }) =>
      isStarting || (state === 'in-doubt' && (dueAt <= now || begunAt === failedAt))
  )
}
