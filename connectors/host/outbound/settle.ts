import { inChunks } from '#engines/store/chunks.ts'
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
 * Applies reports from the outside, in their order. Returns those that could be applied: of another there is no such
 * delivery, or an attempt is running. `done` marks a delivery as delivered, whatever it was before; `not-done` has one
 * in doubt tried again, and changes nothing else: the attempts of the others are known.
 */
export async function settle(
  transaction: StoreTransaction,
  { name, system, agency, recipientStatuses, now }: HostedInstance,
  reports: readonly Report[]
): Promise<ReadonlySet<Report>> {
  const db = transaction.tables<DeliveryTables>()
  const found = await inChunks([...new Set(reports.map(({ event }) => event))], (some) =>
    db
      .selectFrom('deliveries')
      .select(['event', 'hash', 'sender', 'subject', 'state', 'begunAt'])
      .where('hash', 'in', some)
      .where('instance', '=', name)
      .execute()
  )
  const deliveries = new Map(found.map((row) => [row.hash, row]))
  const changed = new Map<string, Report['as']>()
  const at = now()
  const applied = reports.filter(({ event: hash, as }) => {
    const row = deliveries.get(hash)
    if (!row || (row.state === 'waiting' && row.begunAt !== null)) return false
    if (as === 'done' ? row.state === 'delivered' : row.state !== 'in-doubt') return true
    deliveries.set(hash, { ...row, ...settledValues(as, at) })
    changed.set(hash, as)
    return true
  })
  for (const as of ['not-done', 'done'] as const) {
    const rows = found.filter(({ hash }) => changed.get(hash) === as)
    const events = rows.map(({ event }) => event)
    await inChunks(events, (some) =>
      db
        .updateTable('deliveries')
        .set(settledValues(as, at))
        .where('instance', '=', name)
        .where('event', 'in', some)
        .execute()
    )
    await refreshLines(db, name, rows)
    if (as === 'done') await recipientStatuses.markDelivered({ agency, system }, events, transaction)
  }
  return new Set(applied)
}

/** How a delivery changes that is settled. */
export function settledValues(as: Report['as'], at: number) {
  return as === 'done'
    ? ({ state: 'delivered', open: 0, begunAt: null, endedAt: at } as const)
    : ({ state: 'waiting', dueAt: 0, begunAt: null } as const)
}
