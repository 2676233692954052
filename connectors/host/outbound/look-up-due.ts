import type { Store } from '#engines/store/store.ts'
import type { HostedInstance } from '../hosted-instance.ts'
import type { DeliveryTables } from './delivery-tables.ts'

/**
 * Whether a delivery is to be looked up now or for the first time, or is being looked up. Until that is done, what it
 * made outside is not known as made by the instance. `isStarting`: deliveries that were cut off before the start may
 * not be in doubt yet. A look-up that failed is due later, and holds nothing up; neither does a delivery that waits in
 * its line: it is looked up only once those before it have ended, which may take a report that a poll brings.
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
    .leftJoin('deliveryLines', (join) =>
      join
        .onRef('deliveryLines.instance', '=', 'deliveries.instance')
        .onRef('deliveryLines.head', '=', 'deliveries.event')
    )
    .select(['deliveries.state', 'deliveries.dueAt', 'begunAt', 'failedAt', 'head'])
    .where('deliveries.instance', '=', name)
    .where('begunAt', 'is not', null)
    .execute()
  return begun.some(
    ({ state, dueAt, begunAt, failedAt, head }) =>
      isStarting || (state === 'in-doubt' && head !== null && (dueAt <= now || begunAt === failedAt))
  )
}

/** The outside may keep a look-up back (`Retry-After`), for up to a day. */
const longestWaitMs = 60_000

/** Whether a poll is to wait for a look-up. None waits for longer than a minute. */
export function createLookUpWait(
  store: Store,
  instance: Pick<HostedInstance, 'name' | 'definition'>,
  steadyNow: () => number
): (isStarting: boolean) => Promise<boolean> {
  let since: number | undefined
  return async (isStarting) => {
    const now = steadyNow()
    const isDue = await isLookUpDue(store, instance, { isStarting, now })
    since = isDue ? (since ?? now) : undefined
    return since !== undefined && now - since < longestWaitMs
  }
}
