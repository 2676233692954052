import type { ActRecord, ActSource } from '#bus/control/act-records.ts'
import { inChunks } from '#engines/store/chunks.ts'
import type { Store, Tables } from '#engines/store/store.ts'
import { isAgencyCode } from '#protocol/events/event.ts'
import { wordsOf } from '../flows/plain.ts'
import type { ActTables } from './act-tables.ts'
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

type Place = Pick<ActTables['actEntries'], 'at' | 'number'>

/** Entries that the store looks through in one step: some milliseconds. */
const lookedThroughAtOnce = 10_000
const maxWords = 8

export function createActs(store: Store, sources: readonly ActSource[]): Acts {
  let taking: Promise<void> = Promise.resolve()
  /** One after the other: each takes what was recorded before it was called. */
  const takeNew = (): Promise<void> => {
    taking = taking.catch(() => {}).then(() => takeNewActs(store, sources))
    return taking
  }

  const complete = async (places: readonly Place[]): Promise<readonly FoundAct[]> => {
    const numbers = places.map(({ number }) => number)
    const rows = await inChunks(numbers, (some) =>
      store.reader<ActTables>().selectFrom('actEntries').selectAll().where('number', 'in', some).execute()
    )
    const entries = rows.toSorted((a, b) => b.at - a.at || b.number - a.number)
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
      const words = wordsOf(q, maxWords)
      const places: Place[] = []
      let place = placeOf(after)
      for (let isMore = true; isMore && places.length <= limit; ) {
        const entries = entriesBefore(store.reader(), query, place)
        const last = words.length === 0 ? undefined : await placeIn(entries, lookedThroughAtOnce)
        const found = entriesWith(words, last ? entriesFrom(last, entries) : entries)
        places.push(...(await found.limit(limit + 1 - places.length).execute()))
        place = last
        isMore = last !== undefined
        await turn()
      }
      const shown = places.slice(0, limit)
      const last = shown.at(-1)
      const next = places.length > limit && last ? { next: `${last.at}.${last.number}` } : {}
      return { items: await complete(shown), ...next }
    }
  }
}

/** The places of what a query names, the newest first, from the one before a place. */
function entriesBefore(db: Tables<ActTables>, query: Omit<ActQuery, 'q'>, place: Place | undefined) {
  const { who, act, resource, agencies, from, to } = query
  let rows = db.selectFrom('actEntries').select(['at', 'number'])
  if (place) {
    const { at, number } = place
    rows = rows
      .where('at', '<=', at)
      .where((e) => e.or([e('at', '<', at), e.and([e('at', '=', at), e('number', '<', number)])]))
  }
  if (who !== undefined) {
    // One column, so that its index gives the order.
    const column = who.includes('/systems/') ? 'system' : isCode(who) ? 'agency' : 'person'
    rows = rows.where(column, '=', who)
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
    const some = db.selectFrom('actAgencies').select('number').where('agency', '=', agency)
    rows = rows.where('number', 'in', some)
  }
  if (from !== undefined) rows = rows.where('at', '>=', from)
  if (to !== undefined) rows = rows.where('at', '<', to)
  return rows.orderBy('at', 'desc').orderBy('number', 'desc')
}

type Entries = ReturnType<typeof entriesBefore>

/** The place of the nth entry; undefined if there are fewer. */
function placeIn(entries: Entries, nth: number): Promise<Place | undefined> {
  return entries
    .offset(nth - 1)
    .limit(1)
    .executeTakeFirst()
}

function entriesFrom({ at, number }: Place, entries: Entries): Entries {
  return entries
    .where('at', '>=', at)
    .where((e) => e.or([e('at', '>', at), e.and([e('at', '=', at), e('number', '>=', number)])]))
}

/** Words are letters and digits: in a pattern nothing of them needs to be escaped. */
function entriesWith(words: readonly string[], entries: Entries): Entries {
  return words.reduce((found, word) => found.where('text', 'like', `% ${word}%`), entries)
}

function isCode(who: string): boolean {
  return who === '/bus' || isAgencyCode(who)
}

function placeOf(after: string | undefined): Place | undefined {
  const [at, number] = after?.split('.').map(Number) ?? []
  return at === undefined || number === undefined ? undefined : { at, number }
}
