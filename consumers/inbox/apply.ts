import { inChunks } from '#engines/store/chunks.ts'
import { insertOf } from '#engines/store/insert-rows.ts'
import { pipeline } from '#engines/store/pipeline.ts'
import type { StoreTransaction, Tables } from '#engines/store/store.ts'
import { expiresAtOf } from '#protocol/events/event.ts'
import type { ProjectedEvent } from '../projector/projected-event.ts'
import type { InboxTables } from './inbox-tables.ts'
import { newsOf } from './news.ts'

/**
 * Adds events to the inboxes of the agencies that may see them. Called in the transaction that moves the
 * projector's position. `agencies` are all agencies of the batch, sorted. Their counters are locked at
 * once, in sorted order. So an entry with a lower number never commits after one with a higher number,
 * which a cursor would skip, and two projectors cannot deadlock.
 */
export async function beginApplyingToInboxes(
  transaction: StoreTransaction,
  agencies: readonly string[]
): Promise<(events: readonly ProjectedEvent[]) => Promise<ReadonlySet<string>>> {
  const enter = await beginEntering(transaction, agencies)
  return async (events) => {
    const entries = events.flatMap(({ grants, number, type, body, event, act, recordedTime }) =>
      grants.map(({ agency, agreement }) => ({
        agency,
        event: number,
        type,
        agreement: agreement ?? null,
        act,
        bytes: body.length,
        recordedAt: Date.parse(recordedTime),
        expiresAt: expiresAtOf(event) ?? null,
        ended: 0
      }))
    )
    await enter(entries)
    return newsOf(entries)
  }
}

const insertEntries = insertOf<InboxTables['inboxEntries']>('inboxEntries', [
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

/** Numbers entries of inboxes, in the order given. `agencies` are the agencies of all entries, sorted. */
export async function beginEntering(
  transaction: StoreTransaction,
  agencies: readonly string[]
): Promise<(entries: readonly Omit<InboxTables['inboxEntries'], 'number'>[]) => Promise<void>> {
  const db = transaction.tables<InboxTables>()
  const counters = await lastNumbers(db, agencies)
  return async (entries) => {
    if (entries.length === 0) return
    const rows = entries.map((entry) => {
      const number = (counters.get(entry.agency) ?? 0) + 1
      counters.set(entry.agency, number)
      return { ...entry, number }
    })
    const moved = agencies.map((agency) => ({ agency, last: counters.get(agency) ?? 0, endedCount: 0 }))
    const counting = inChunks(moved, (some) =>
      db
        .insertInto('inboxCounters')
        .values(some)
        .onConflict((on) => on.column('agency').doUpdateSet({ last: (e) => e.ref('excluded.last') }))
        .execute()
    )
    await pipeline([insertEntries(transaction, rows), counting])
  }
}

async function lastNumbers(
  db: Tables<InboxTables>,
  agencies: readonly string[]
): Promise<Map<string, number>> {
  const rows = await inChunks(agencies, (some) =>
    db.selectFrom('inboxCounters').selectAll().where('agency', 'in', some).execute()
  )
  return new Map(rows.map(({ agency, last }) => [agency, Number(last)]))
}
