import type { StoreTransaction } from '#engines/store/store.ts'
import type { HostedInstance } from '../hosted-instance.ts'
import type { DeliveryTables } from './delivery-tables.ts'
import { refreshLines } from './lines.ts'

/** What the outside reports of a delivery. */
export interface Report {
  /** The event's hash. */
  readonly event: string
  readonly as: 'done' | 'not-done'
}

/**
 * Applies a report from the outside. Returns false if it cannot be applied yet: there is no such delivery,
 * or an attempt is running. `done` marks it as delivered, whatever it was before; `not-done` has a delivery
 * in doubt tried again, and changes nothing else: the attempts of the others are known.
 */
export async function settle(
  transaction: StoreTransaction,
  { name, system, agency, recipientStatuses, now }: HostedInstance,
  { event: hash, as }: Report
): Promise<boolean> {
  const db = transaction.tables<DeliveryTables>()
  const row = await db
    .selectFrom('deliveries')
    .select(['event', 'sender', 'subject', 'state', 'begunAt'])
    .where('hash', '=', hash)
    .where('instance', '=', name)
    .executeTakeFirst()
  if (!row || (row.state === 'waiting' && row.begunAt !== null)) return false
  const values = changeFor(row.state, as, now())
  if (!values) return true
  await db
    .updateTable('deliveries')
    .set(values)
    .where('instance', '=', name)
    .where('event', '=', row.event)
    .execute()
  await refreshLines(db, name, [row])
  if (as === 'done') await recipientStatuses.markDelivered({ agency, system }, [row.event], transaction)
  return true
}

/** How a settled delivery changes; undefined if it does not. */
export function changeFor(
  state: DeliveryTables['deliveries']['state'],
  as: Report['as'],
  at: number
): Partial<DeliveryTables['deliveries']> | undefined {
  if (as === 'done') {
    return state === 'delivered' ? undefined : { state: 'delivered', open: 0, begunAt: null, endedAt: at }
  }
  return state === 'in-doubt' ? { state: 'waiting', dueAt: 0, begunAt: null } : undefined
}
