import type { Control } from '#bus/control/control.ts'
import type { Store } from '#engines/store/store.ts'
import type { Entry } from './entries.ts'
import type { InboxTables } from './inbox-tables.ts'

export interface ScanOptions {
  readonly store: Store
  readonly control: Pick<Control, 'state'>
  /** Whether an entry may be shown, as of an act. */
  readonly stands: (entry: Entry, act: number) => boolean
  /** Ends those of these entries that have expired; returns whether any had. */
  readonly endDue: (agency: string, rows: readonly Entry[]) => Promise<boolean>
}

/** The entries that a page of at most `limit` is made of; all types if `types` is empty. */
export interface PageOf {
  readonly limit: number
  readonly types: readonly string[]
}

export interface Scanned {
  readonly shown: readonly Entry[]
  readonly looked: number
  readonly endedCount: number
  readonly act: number
}

/** Limit of a page in bytes of events, so that a reader need not hold more. */
const maxPageBytes = 4_194_304

/** Looks for the entries of pages. */
export function createScan({ store, control, stands, endDue }: ScanOptions) {
  const counterOf = async (
    agency: string
  ): Promise<{ readonly last: number; readonly endedCount: number }> => {
    const row = await store
      .reader<InboxTables>()
      .selectFrom('inboxCounters')
      .select(['last', 'endedCount'])
      .where('agency', '=', agency)
      .executeTakeFirst()
    return row ?? { last: 0, endedCount: 0 }
  }

  /** Entries from a number on that had not ended, of these types (of all if there are none). */
  const entriesFrom = async (
    from: number,
    { agency, endedCount }: { readonly agency: string; readonly endedCount: number },
    { limit, types }: PageOf
  ): Promise<readonly Entry[]> => {
    const query = store
      .reader<InboxTables>()
      .selectFrom('inboxEntries')
      .selectAll()
      .where('agency', '=', agency)
      .where('number', '>=', from)
      .where((e) => e.or([e('ended', '=', 0), e('ended', '>', endedCount)]))
      .orderBy('number')
      .limit(limit)
    if (types.length === 0) return query.execute()
    // Of one type they are read from an index; several at once would be sorted first, all that there are.
    const ofTypes = await Promise.all(types.map((type) => query.where('type', '=', type).execute()))
    return ofTypes
      .flat()
      .sort((a, b) => a.number - b.number)
      .slice(0, limit)
  }

  /**
   * The next entries that may be shown now, and how far it looked: to the end of the inbox if there are no
   * more, also past entries of other types, so that they are not looked at again. The result is as of one
   * value of `endedCount` and one act.
   */
  const scan = async (
    agency: string,
    after: number,
    { limit, types }: PageOf,
    turn: () => Promise<void> | undefined
  ): Promise<Scanned> => {
    const { lastAct: act } = control.state
    const { last, endedCount } = await counterOf(agency)
    const shown: Entry[] = []
    let looked = after
    let bytes = 0
    for (;;) {
      await turn()
      const rows = await entriesFrom(looked + 1, { agency, endedCount }, { limit, types })
      if (await endDue(agency, rows)) return scan(agency, after, { limit, types }, turn) // Scan again: the page must be as of an `endedCount` that includes these.
      for (const row of rows) {
        bytes += row.bytes
        if (shown.length === limit || (shown.length > 0 && bytes > maxPageBytes))
          return { shown, looked, endedCount, act }
        looked = row.number
        if (stands(row, act)) shown.push(row)
      }
      if (rows.length < limit) return { shown, looked: Math.max(looked, last), endedCount, act }
    }
  }

  return { entriesFrom, scan }
}
