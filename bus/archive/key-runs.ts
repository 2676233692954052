import { inChunks } from '#engines/store/chunks.ts'
import { insertOf } from '#engines/store/insert-rows.ts'
import { pipeline } from '#engines/store/pipeline.ts'
import type { StoreTransaction, Tables } from '#engines/store/store.ts'
import { textKey } from '#engines/store/text-key.ts'
import type { ArchiveTables } from './archive-tables.ts'
import type { ArchivedEvent } from './archived-event.ts'
import type { KeyTables } from './key-tables.ts'
import { goOnMerging, type MergeSizes, runOf, usualSizes } from './merge-runs.ts'

type Named = Pick<ArchivedEvent, 'source' | 'id'>
type Keyed = Named & Pick<ArchivedEvent, 'number' | 'hash'>
type Key = KeyTables['archiveKeys']

const insertKeys = insertOf<Key>('archiveKeys', ['run', 'key', 'number'], 'ignore')

export function hashKey(hash: string): number {
  return textKey(hash)
}

export function nameKey({ source, id }: Named): number {
  return textKey(`${source}\n${id}`)
}

/**
 * Numbers of all events that have one of these keys. A key says which events to look at, not what they are: whoever
 * finds an event compares its columns.
 */
export type FindNumbers = (db: Tables<KeyTables>, keys: readonly number[]) => Promise<readonly number[]>

/** Searches all runs, some 70, for each key: for a few keys. One statement: keys are moved from run to run. */
export const numbersOfKeys: FindNumbers = async (db, keys) => {
  const found = await inChunks(keys, (some) => eventsOfKeys(db, some).execute())
  return [...new Set(found.map(({ number }) => number))]
}

/** The numbers of events that may have one of these keys, as a query. */
export function eventsOfKeys(db: Tables<KeyTables>, some: readonly number[]) {
  return db
    .selectFrom('archiveKeys')
    .select('number')
    .where('run', 'in', db.selectFrom('archiveRuns').select('run'))
    .where('key', 'in', some)
}

/** The same for one key, as SQL. */
export function eventsOfKeySql(key: string): string {
  return `SELECT number FROM "archiveKeys" WHERE run IN (SELECT run FROM "archiveRuns") AND key = ${key}`
}

/** Adds the keys of events, the last of the archive, in the transaction that appends them, and goes on merging. */
export async function addKeys(
  transaction: StoreTransaction,
  events: readonly Keyed[],
  sizes: MergeSizes = usualSizes
): Promise<void> {
  const [first, last] = [events.at(0)?.number, events.at(-1)?.number]
  if (first === undefined || last === undefined) return
  const db = transaction.tables<KeyTables>()
  const run = runOf(last, 0)
  const keys = events.flatMap(({ number, hash, ...name }): Key[] => [
    { run, key: hashKey(hash), number },
    { run, key: nameKey(name), number }
  ])
  keys.sort((a, b) => a.key - b.key)
  const row = { run, level: 0, keys: keys.length, first, last, target: null, moved: 0 }
  await pipeline([db.insertInto('archiveRuns').values(row).execute(), insertKeys(transaction, keys)])
  await goOnMerging(db, { first, last, keys: keys.length }, sizes)
}

const unkeyedAtOnce = 1000

/** Adds the keys of events that an earlier release appended, which knew none. */
export async function addMissingKeys(transaction: StoreTransaction): Promise<void> {
  const db = transaction.tables<ArchiveTables & KeyTables>()
  for (;;) {
    const events = await db
      .selectFrom('archiveEvents')
      .select(['number', 'hash', 'source', 'id'])
      .where('number', '>', (e) =>
        e.selectFrom('archiveRuns').select(({ fn, lit }) => fn.coalesce(fn.max('last'), lit(0)).as('last'))
      )
      .orderBy('number')
      .limit(unkeyedAtOnce)
      .execute()
    if (events.length === 0) return
    await addKeys(transaction, events)
  }
}
