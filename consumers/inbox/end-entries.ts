import { forPairs, type RecipientPair } from '#bus/recipients/recipient-pairs.ts'
import type { RecipientStatuses } from '#bus/recipients/recipient-statuses.ts'
import { inChunks } from '#engines/store/chunks.ts'
import type { StoreTransaction } from '#engines/store/store.ts'
import type { InboxTables } from './inbox-tables.ts'

/** The state that entries end in, and the system that ends them. */
export type EndStep = Parameters<RecipientStatuses['end']>[1]

/** Ends those entries that are still pending. Raises `endedCount` of each inbox once. */
export async function endEntries(
  transaction: StoreTransaction,
  recipientStatuses: RecipientStatuses,
  step: EndStep,
  entries: readonly RecipientPair[]
): Promise<void> {
  const ended = await recipientStatuses.end(transaction, step, entries)
  const db = transaction.tables<InboxTables>()
  const agencies = [...new Set(ended.map(({ agency }) => agency))].sort()
  await inChunks(agencies, (some) =>
    db
      .updateTable('inboxCounters')
      .set((e) => ({ endedCount: e('endedCount', '+', 1) }))
      .where('agency', 'in', some)
      .execute()
  )
  const ending = db.updateTable('inboxEntries').set((e) => ({
    ended: e
      .selectFrom('inboxCounters')
      .select('endedCount')
      .whereRef('inboxCounters.agency', '=', 'inboxEntries.agency')
  }))
  await forPairs(ended, {
    ofAgency: (agency, some) => ending.where('agency', '=', agency).where('event', 'in', some).execute(),
    ofEvent: (event, some) => ending.where('event', '=', event).where('agency', 'in', some).execute()
  })
}
