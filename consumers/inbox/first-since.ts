import type { Store } from '#engines/store/store.ts'
import type { InboxTables } from './inbox-tables.ts'

export interface SinceQuestion {
  readonly agency: string
  /** Milliseconds since the epoch. */
  readonly from: number
  /** Awaited between the steps of a long look. */
  readonly turn: () => Promise<void> | undefined
}

/** Entries that one step looks at. */
const lookedAtOnce = 2000

/**
 * The lowest number of an inbox's entries that were recorded at or after an instant; undefined if there are
 * none. Times rise with the numbers, but for clocks that were set back, so that all later entries must be
 * looked at, some at a time, unless the first entry of all is among them.
 */
export async function firstSince(
  store: Store,
  { agency, from, turn }: SinceQuestion
): Promise<number | undefined> {
  const entries = () => store.reader<InboxTables>().selectFrom('inboxEntries').where('agency', '=', agency)
  const lowestOf = async (query: ReturnType<typeof entries>): Promise<number | undefined> => {
    const row = await query.select((e) => e.fn.min('number').as('number')).executeTakeFirst()
    return row?.number === null || row?.number === undefined ? undefined : Number(row.number)
  }
  const lowest = await lowestOf(entries())
  let first: number | undefined
  for (let since = from; ; ) {
    await turn()
    const later = entries().where('recordedAt', '>=', since)
    const last = await later
      .select('recordedAt')
      .orderBy('recordedAt')
      .offset(lookedAtOnce)
      .limit(1)
      .executeTakeFirst()
    const found = await lowestOf(
      last === undefined ? later : later.where('recordedAt', '<=', last.recordedAt)
    )
    if (found !== undefined && (first === undefined || found < first)) first = found
    if (last === undefined || first === lowest) return first
    since = Number(last.recordedAt) + 1
  }
}
