import type { ActRecord, ActSource } from '#bus/control/act-records.ts'
import type { Store, Tables } from '#engines/store/store.ts'
import type { ActTables } from './act-tables.ts'
import { wordsOf } from './fold.ts'
import { takeNewActs } from './follow.ts'

/** What acts are narrowed to. Absent: all. */
export interface ActQuery {
  /** Beginnings of words that all occur, in whatever spelling of diacritics and case. */
  readonly q?: string
  /** The system, agency or person that did it. */
  readonly who?: string
  readonly act?: string
  /** This resource, and what is below it. */
  readonly resource?: string
  /** The act touches all of these agencies. */
  readonly agencies: readonly string[]
  /** Recorded from this instant on, and before that one; milliseconds since the epoch. */
  readonly from?: number
  readonly to?: number
}

/** An act with its number among all acts. */
export interface FoundAct extends ActRecord {
  readonly number: number
}

export interface ActPage {
  readonly items: readonly FoundAct[]
  /** To be given as `after` for the next page; absent at the end. */
  readonly next?: string
}

/** All acts: control acts, and those on deliveries, connectors and quarantined items. */
export interface Acts {
  /**
   * The newest first, those just recorded included. `turn` is awaited between the steps of a long look. Rejects with
   * `BUS_STORE_UNAVAILABLE`.
   */
  search(
    query: ActQuery,
    page: {
      readonly after?: string
      readonly limit: number
      readonly turn: () => Promise<void> | undefined
    }
  ): Promise<ActPage>
}

type Entry = ActTables['actEntries']
type Place = Pick<Entry, 'at' | 'number'>

/** Entries whose words are compared in one step: some milliseconds. */
const comparedAtOnce = 2000
const maxWords = 8

export function createActs(store: Store, sources: readonly ActSource[]): Acts {
  let taking: Promise<void> | undefined
  const takeNew = (): Promise<void> => {
    taking ??= takeNewActs(store, sources).finally(() => {
      taking = undefined
    })
    return taking
  }

  const withBodies = async (entries: readonly Entry[]): Promise<readonly FoundAct[]> => {
    const found = new Map<string, ActRecord>()
    for (const source of sources) {
      const numbers = entries.flatMap((one) => (one.source === source.name ? [one.sourceNumber] : []))
      for (const act of await source.of(numbers)) found.set(`${source.name} ${act.number}`, act)
    }
    return entries.flatMap(({ source, sourceNumber, resource, number }) => {
      const act = found.get(`${source} ${sourceNumber}`)
      return act ? [{ ...act, resource, number }] : []
    })
  }

  return {
    async search({ q = '', ...query }, { after, limit, turn }) {
      await takeNew()
      const words = [...new Set(wordsOf(q))].slice(0, maxWords)
      const entries: Entry[] = []
      let place = placeOf(after)
      for (let isMore = true; isMore && entries.length <= limit; ) {
        const step = words.length === 0 ? limit + 1 - entries.length : comparedAtOnce
        const rows = await entriesBefore(store.reader(), query, place).limit(step).execute()
        entries.push(...rows.filter(({ text }) => words.every((word) => text.includes(` ${word}`))))
        place = rows.at(-1)
        isMore = rows.length === step
        await turn()
      }
      const shown = entries.slice(0, limit)
      const last = shown.at(-1)
      const next = entries.length > limit && last ? { next: `${last.at}.${last.number}` } : {}
      return { items: await withBodies(shown), ...next }
    }
  }
}

/** The entries of a query, the newest first, from the one before a place. */
function entriesBefore(db: Tables<ActTables>, query: Omit<ActQuery, 'q'>, place: Place | undefined) {
  const { who, act, resource, agencies, from, to } = query
  let rows = db.selectFrom('actEntries').selectAll('actEntries')
  if (place) {
    const { at, number } = place
    rows = rows
      .where('at', '<=', at)
      .where((e) => e.or([e('at', '<', at), e.and([e('at', '=', at), e('number', '<', number)])]))
  }
  if (who !== undefined) {
    rows = rows.where((e) => e.or([e('system', '=', who), e('agency', '=', who), e('person', '=', who)]))
  }
  if (act !== undefined) rows = rows.where('act', '=', act)
  if (resource !== undefined) {
    // '0' is the character after '/'.
    const below = { from: `${resource}/`, to: `${resource}0` }
    rows = rows.where((e) =>
      e.or([
        e('resource', '=', resource),
        e.and([e('resource', '>=', below.from), e('resource', '<', below.to)])
      ])
    )
  }
  for (const agency of agencies) {
    rows = rows.where((e) =>
      e(
        'number',
        'in',
        e.selectFrom('actAgencies').select('actAgencies.number').where('actAgencies.agency', '=', agency)
      )
    )
  }
  if (from !== undefined) rows = rows.where('at', '>=', from)
  if (to !== undefined) rows = rows.where('at', '<', to)
  return rows.orderBy('at', 'desc').orderBy('number', 'desc')
}

/** The place of a `next`; undefined, and so the beginning, for anything else. */
function placeOf(after: string | undefined): Place | undefined {
  const [, at, number] = /^(\d{1,15})\.(\d{1,15})$/.exec(after ?? '') ?? []
  return at === undefined ? undefined : { at: Number(at), number: Number(number) }
}
