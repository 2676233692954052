import type { GrantedEntry } from '#bus/policy/visibility.ts'
import type { RecipientStatuses } from '#bus/recipients/recipient-statuses.ts'
import type { Store } from '#engines/store/store.ts'
import type { InboxTables } from './inbox-tables.ts'

/** The entries of an agency that no system of it has been given. */
export interface Unread {
  readonly count: number
  /** There are more: counting stopped. */
  readonly isMore: boolean
  /** The oldest of them: archive number, type, and when it was recorded, in milliseconds since the epoch. */
  readonly oldest?: { readonly event: number; readonly type: string; readonly recordedAt: number }
}

export interface UnreadOptions {
  readonly store: Store
  readonly recipientStatuses: Pick<RecipientStatuses, 'given'>
  /** Whether an entry may be shown now. */
  readonly stands: (entry: GrantedEntry) => boolean
}

export interface UnreadQuestion {
  /** How many entries to look at, from the oldest that was not given. */
  readonly max: number
  /** Awaited between the steps of a long look. */
  readonly turn: () => Promise<void> | undefined
}

const lookedAtOnce = 500
/** Entries that one question looks at, those given long ago included: the next question goes on. */
const maxLooked = 50_000
/** The place of the oldest is stored when it has moved by so many entries. */
const storedSteps = 500
const lane = 'inbox-unread'

/** Counts what agencies have not been given. Entries before the oldest such one are looked at only once. */
export function createUnread({ store, recipientStatuses, stands }: UnreadOptions) {
  const givenUpTo = async (agency: string): Promise<number> => {
    const row = await store
      .reader<InboxTables>()
      .selectFrom('inboxGiven')
      .select('number')
      .where('agency', '=', agency)
      .executeTakeFirst()
    return row?.number ?? 0
  }

  const storeGiven = async (agency: string, number: number): Promise<void> => {
    await store.transaction(
      async (transaction) => {
        const db = transaction.tables<InboxTables>()
        await db
          .insertInto('inboxGiven')
          .values({ agency, number: 0 })
          .onConflict((on) => on.column('agency').doNothing())
          .execute()
        await db
          .updateTable('inboxGiven')
          .set({ number })
          .where('agency', '=', agency)
          .where('number', '<', number)
          .execute()
      },
      { lane }
    )
  }

  /** The next entries of an inbox, and which of them were given. */
  const nextOf = async (agency: string, after: number) => {
    const entries = await store
      .reader<InboxTables>()
      .selectFrom('inboxEntries')
      .select(['agency', 'number', 'event', 'type', 'agreement', 'recordedAt', 'ended'])
      .where('agency', '=', agency)
      .where('number', '>', after)
      .orderBy('number')
      .limit(lookedAtOnce)
      .execute()
    const given = await recipientStatuses.given(
      agency,
      entries.map(({ event }) => event)
    )
    return { entries, given }
  }

  return async (agency: string, { max, turn }: UnreadQuestion): Promise<Unread> => {
    const from = await givenUpTo(agency)
    let upTo = from
    let isUnbroken = true
    let looked = 0
    let total = 0
    let count = 0
    let oldest: Unread['oldest']
    for (let at = from, isMore = true; isMore && looked < max && total < maxLooked; ) {
      const { entries, given } = await nextOf(agency, at)
      for (const entry of entries) {
        // What is withheld is entered again, later in the inbox, when it may be shown.
        const isOver = entry.ended > 0 || given.has(entry.event) || !stands(entry)
        isUnbroken &&= isOver
        if (isUnbroken) upTo = entry.number
        else looked += 1
        if (isOver) continue
        count += 1
        oldest ??= entry
      }
      at = entries.at(-1)?.number ?? at
      isMore = entries.length === lookedAtOnce
      total += entries.length
      await turn()
    }
    if (upTo - from >= storedSteps) await storeGiven(agency, upTo)
    return {
      count: Math.min(count, max),
      isMore: looked >= max || total >= maxLooked,
      ...(oldest ? { oldest } : {})
    }
  }
}
