import type { StoreTransaction } from '#engines/store/store.ts'
import { agencyOf } from '#protocol/events/event.ts'
import type { ActivityTables } from './activity-tables.ts'

/** Only these tables are written in it. */
export const activityLane = { lane: 'activity' }

export type SystemActivity = ActivityTables['systemActivity']

/** What is new of a system. */
export type Heard = Partial<Omit<SystemActivity, 'system' | 'agency'>>

/** Of a system that was never active. */
export const unheard = {
  publishedAt: null,
  publishedType: null,
  publishedHash: null,
  readAt: null,
  refusedAt: null
}

/** Adds what is new of systems; a time never goes back. */
export async function writeHeard(
  transaction: StoreTransaction,
  heard: ReadonlyMap<string, Heard>
): Promise<void> {
  const db = transaction.tables<ActivityTables>()
  // Sorted, so that two processes do not wait for each other's rows.
  for (const [system, fresh] of [...heard].sort(([one], [other]) => (one < other ? -1 : 1))) {
    const known = await db
      .selectFrom('systemActivity')
      .selectAll()
      .where('system', '=', system)
      .executeTakeFirst()
    const later = (name: 'readAt' | 'refusedAt'): number | null =>
      Math.max(known?.[name] ?? 0, fresh[name] ?? 0) || null
    const isOlder = (known?.publishedAt ?? 0) > (fresh.publishedAt ?? 0)
    const { publishedAt, publishedType, publishedHash } = known ?? unheard
    const published = isOlder ? { publishedAt, publishedType, publishedHash } : {}
    const values = { ...fresh, ...published, readAt: later('readAt'), refusedAt: later('refusedAt') }
    await db
      .insertInto('systemActivity')
      .values({ system, agency: agencyOf(system), ...unheard, ...values })
      .onConflict((on) => on.column('system').doUpdateSet(values))
      .execute()
  }
}
