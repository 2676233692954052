import type { ActRecord, ActSource } from '#bus/control/act-records.ts'
import { insertOf } from '#engines/store/insert-rows.ts'
import type { Store, StoreTransaction, Tables } from '#engines/store/store.ts'
import { wordsOf } from '../flows/plain.ts'
import type { ActTables } from './act-tables.ts'

type Entry = ActTables['actEntries']

const takenAtOnce = 500
const longestText = 2000
const maxWords = 400
const longestMember = 1000
/** Only these tables are written here, and only these transactions write them. */
const lane = 'acts'

const insertEntries = insertOf<Entry>('actEntries', [
  ...(['number', 'source', 'sourceNumber', 'act', 'resource'] as const),
  ...(['system', 'agency', 'person', 'at', 'text'] as const)
])
const insertAgencies = insertOf<ActTables['actAgencies']>('actAgencies', ['agency', 'at', 'number'])

/**
 * Takes the acts that were recorded since, by any process, into the view. Each slice is a transaction of its own,
 * so that others can write in between. Acts of a source are committed in the order of their numbers.
 */
export async function takeNewActs(store: Store, sources: readonly ActSource[]): Promise<void> {
  for (const source of sources) {
    for (let isMore = true; isMore; ) {
      const position = await positionOf(store.reader(), source.name)
      const { acts, end } = await source.after(position, takenAtOnce)
      if (end > position) {
        await store.transaction((transaction) => take(transaction, { source, position, acts, end }), { lane })
      }
      isMore = end > position
    }
  }
}

interface Slice {
  readonly source: ActSource
  readonly position: number
  readonly acts: readonly ActRecord[]
  readonly end: number
}

/** Does nothing if another process has taken the slice first. */
async function take(
  transaction: StoreTransaction,
  { source: { name: source }, position, acts, end }: Slice
): Promise<void> {
  const db = transaction.tables<ActTables>()
  if ((await positionOf(db, source)) !== position) return
  await db
    .insertInto('actPositions')
    .values({ source, position: end })
    .onConflict((on) => on.column('source').doUpdateSet({ position: end }))
    .execute()
  const last = await db
    .selectFrom('actEntries')
    .select((e) => e.fn.max('number').as('number'))
    .executeTakeFirst()
  const first = Number(last?.number ?? 0) + 1
  const numbered = acts.map((act, index) => ({ act, number: first + index }))
  await insertEntries(
    transaction,
    numbered.map(({ act, number }) => toEntry(source, act, number))
  )
  await insertAgencies(
    transaction,
    numbered.flatMap(({ act: { agencies, at }, number }) =>
      agencies.map((agency) => ({ agency, at, number }))
    )
  )
}

async function positionOf(db: Tables<ActTables>, source: string): Promise<number> {
  const row = await db
    .selectFrom('actPositions')
    .select('position')
    .where('source', '=', source)
    .executeTakeFirst()
  return row?.position ?? 0
}

function toEntry(source: string, record: ActRecord, number: number): Entry {
  const { number: sourceNumber, act, resource, system, agency, person, at, reason, body } = record
  const texts = [act, resource, system, person?.name, person?.id, reason, ...Object.values(body)]
  // Without a schema's text: its words say nothing of the act.
  const words = texts.filter((text) => typeof text === 'string' && text.length <= longestMember).join(' ')
  return {
    ...{ number, source, sourceNumber, act, resource, system, agency, at },
    person: person?.id ?? null,
    text: ` ${wordsOf(words.slice(0, longestText), maxWords).join(' ')}`
  }
}
