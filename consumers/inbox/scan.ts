import type { Control } from '#bus/control/control.ts'
import { inChunks } from '#engines/store/chunks.ts'
import type { Store } from '#engines/store/store.ts'
import { BusError } from '#protocol/errors/bus-error.ts'
import type { Entry } from './entries.ts'
import type { InboxTables } from './inbox-tables.ts'

export interface ScanOptions {
  readonly store: Store
  readonly control: Pick<Control, 'state' | 'sync'>
  /** Whether an entry may be shown, as of an act. */
  readonly stands: (entry: Entry, act: number) => boolean
  /** Ends those of these entries that have expired; returns whether any had. */
  readonly endDue: (agency: string, rows: readonly Entry[]) => Promise<boolean>
}

/** The entries that a page of at most `limit` is made of; all types if `types` is empty. */
export interface PageOf {
  readonly limit: number
  readonly types: readonly string[]
  /** Awaited between the statements of a long look. */
  readonly turn: () => Promise<void> | undefined
}

export interface Scanned {
  readonly shown: readonly Entry[]
  readonly looked: number
  /** The inbox may have more after that. */
  readonly isMore: boolean
  readonly endedCount: number
  readonly act: number
}

/** Limit of a page in bytes of events, so that a reader need not hold more. */
const maxPageBytes = 4_194_304

/** Entries read in one step where those that the page asks for did not fill it: with few, a long look is made of many steps. */
const lookedAtOnce = 500

/**
 * Types read at the same time. Each may have as many entries as the page, and takes a connection of those that
 * the process has to read with.
 */
const typesAtOnce = 4

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

  /**
   * Entries between two numbers, of these types (of all if there are none). Those that have ended are among
   * them: a statement that passed over them could look through all of an inbox before it finds one.
   */
  const entriesFrom = async (
    [from, upTo]: readonly [number, number],
    agency: string,
    { limit, types, turn }: PageOf
  ): Promise<readonly Entry[]> => {
    const ofAgency = store.reader<InboxTables>().selectFrom('inboxEntries').where('agency', '=', agency)
    // Not with an upper bound: for one on both sides, SQLite would not take the index of types.
    const query = ofAgency.where('number', '>=', from).orderBy('number').limit(limit)
    const isBefore = ({ number }: { readonly number: number }): boolean => number <= upTo
    const [type] = types
    if (type === undefined) return (await query.selectAll().execute()).filter(isBefore)
    if (types.length === 1) {
      return (await query.selectAll().where('type', '=', type).execute()).filter(isBefore)
    }
    // Of one type they are read from an index; several at once would be sorted first, all that there are.
    let numbers: readonly number[] = []
    for (let at = 0; at < types.length; at += typesAtOnce) {
      await turn()
      const some = types.slice(at, at + typesAtOnce)
      const ofSome = await Promise.all(
        some.map((one) => query.select('number').where('type', '=', one).execute())
      )
      const found = ofSome
        .flat()
        .filter(isBefore)
        .map(({ number }) => number)
      numbers = [...numbers, ...found].sort((a, b) => a - b).slice(0, limit)
    }
    await turn()
    const rows = await inChunks(numbers, (some) => ofAgency.selectAll().where('number', 'in', some).execute())
    return rows.toSorted((a, b) => a.number - b.number)
  }

  /**
   * The next entries that may be shown now, and how far it looked: to the end of the inbox if there are no
   * more, also past entries of other types, so that they are not looked at again. The result is as of one
   * value of `endedCount` and one act.
   */
  const scan = async (agency: string, after: number, pageOf: PageOf): Promise<Scanned> => {
    const { limit, turn } = pageOf
    const { lastAct: act } = control.state
    const { last, endedCount } = await counterOf(agency)
    const shown: Entry[] = []
    let looked = after
    let bytes = 0
    for (let atOnce = limit; ; atOnce = Math.max(limit, lookedAtOnce)) {
      await turn()
      // Up to what was there before the first statement: a later one may see more than one before it.
      const rows = await entriesFrom([looked + 1, last], agency, { ...pageOf, limit: atOnce })
      const newest = Math.max(0, ...rows.map((row) => row.act))
      if (newest > act) {
        await control.sync() // Another process wrote them, after acts that this one has not seen.
        if (control.state.lastAct < newest)
          throw new BusError('BUS_CONTROL_STALE', 'act-unknown-yet', { values: { act: newest } })
        return scan(agency, after, pageOf)
      }
      if (await endDue(agency, rows)) return scan(agency, after, pageOf) // Scan again: the page must be as of an `endedCount` that includes these.
      for (const row of rows) {
        const isShown = !hadEnded(row, endedCount) && stands(row, act)
        if (isShown) bytes += row.bytes
        if (shown.length === limit || (shown.length > 0 && bytes > maxPageBytes))
          return { shown, looked, isMore: true, endedCount, act }
        looked = row.number
        if (isShown) shown.push(row)
      }
      if (rows.length < atOnce)
        return { shown, looked: Math.max(looked, last), isMore: false, endedCount, act }
    }
  }

  return { entriesFrom, scan }
}

/** Whether an entry had ended when so many entries of its inbox had. */
export function hadEnded({ ended }: Pick<Entry, 'ended'>, endedCount: number): boolean {
  return ended > 0 && ended <= endedCount
}
