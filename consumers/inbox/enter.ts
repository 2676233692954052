import { inChunks } from '#engines/store/chunks.ts'
import { insertOf } from '#engines/store/insert-rows.ts'
import { pipeline } from '#engines/store/pipeline.ts'
import type { StoreTransaction } from '#engines/store/store.ts'
import type { InboxTables } from './inbox-tables.ts'

export type NewEntry = Omit<InboxTables['inboxEntries'], 'number'>

export const insertEntries = insertOf<InboxTables['inboxEntries']>('inboxEntries', [
  'agency',
  'number',
  'event',
  'type',
  'agreement',
  'act',
  'bytes',
  'recordedAt',
  'expiresAt',
  'ended'
])

/**
 * Numbers entries of inboxes, in the order given. `agencies` are the agencies of all entries, sorted. Their
 * counters are locked at once, in sorted order. So an entry with a lower number never commits after one
 * with a higher number, which a cursor would skip, and two projectors cannot deadlock.
 */
export async function beginEntering(
  transaction: StoreTransaction,
  agencies: readonly string[]
): Promise<(entries: readonly NewEntry[]) => Promise<void>> {
  const db = transaction.tables<InboxTables>()
  const counters = await inChunks(agencies, (some) =>
    db.selectFrom('inboxCounters').select(['agency', 'last']).where('agency', 'in', some).execute()
  )
  const lasts = new Map(counters.map(({ agency, last }) => [agency, Number(last)]))
  return async (entries) => {
    const moved = new Set<string>()
    const rows = entries.map((entry) => {
      const number = (lasts.get(entry.agency) ?? 0) + 1
      lasts.set(entry.agency, number)
      moved.add(entry.agency)
      return { ...entry, number }
    })
    const counts = [...moved].map((agency) => ({ agency, last: lasts.get(agency) ?? 0, endedCount: 0 }))
    const counting = inChunks(counts, (some) =>
      db
        .insertInto('inboxCounters')
        .values(some)
        .onConflict((on) => on.column('agency').doUpdateSet({ last: (e) => e.ref('excluded.last') }))
        .execute()
    )
    await pipeline([insertEntries(transaction, rows), counting])
  }
}
