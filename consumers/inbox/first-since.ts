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
  const lowest = await entries()
    .select((e) => e.fn.min('number').as('number'))
    .executeTakeFirst()
  let first = Number.POSITIVE_INFINITY
  let place = { recordedAt: from, number: 0 }
  for (let limit = 1; ; limit = lookedAtOnce) {
    await turn()
    const later = await entries()
      .select(['recordedAt', 'number'])
      .where((e) => e(e.refTuple('recordedAt', 'number'), '>', e.tuple(place.recordedAt, place.number)))
      .orderBy('recordedAt')
      .orderBy('number')
      .limit(limit)
      .execute()
    for (const { number } of later) first = Math.min(first, Number(number))
    const last = later.at(-1)
    if (!last || later.length < limit || first === Number(lowest?.number)) break
    place = { recordedAt: Number(last.recordedAt), number: Number(last.number) }
  }
  return Number.isFinite(first) ? first : undefined
}
