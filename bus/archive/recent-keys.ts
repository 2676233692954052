import { randomInt } from 'node:crypto'
import { inChunks } from '#engines/store/chunks.ts'
import type { Tables } from '#engines/store/store.ts'
import type { FindNumbers } from './key-runs.ts'
import type { KeyTables } from './key-tables.ts'
import { mainRun } from './merge-runs.ts'

/** Rows that are read at a time. */
const readAtOnce = 10_000
/** Places of a table; half of them are used. */
const placeBits = 17
const places = 2 ** placeBits
const mostInTable = places / 2

/** A hash table, by open addressing: a `Map` of so many takes four times the memory. Number 0 is a free place. */
interface KeyTable {
  readonly keys: Float64Array
  readonly numbers: Float64Array
  count: number
  /** The highest number. */
  last: number
}

export interface RecentKeys {
  /** Finds as `numbersOfKeys` does, and quickly also for the names of a batch. It may also give numbers of other events. */
  readonly find: FindNumbers
  /** Reads what `find` would read first: after a start, a million keys for ten million events. */
  readonly read: (db: Tables<KeyTables>) => Promise<void>
}

/**
 * Keeps the keys of all runs but the main one in memory, and reads those of new runs.
 *
 * For the thread that writes. Call either before any key is added in a transaction, so once in each: keys that are undone later
 * would count as read, and those of the next run, which has the same number, would not be read.
 */
export function createRecentKeys(): RecentKeys {
  let tables: KeyTable[] = []
  /** The last one read. */
  let lastRun = mainRun

  const readNew = async (db: Tables<KeyTables>): Promise<void> => {
    let isFull = false
    for (let rows = await rowsAfter(db, { run: lastRun }); rows.length > 0; ) {
      for (const { key, number } of rows) {
        let table = tables.at(-1)
        if (!table || table.count === mostInTable) {
          table = newTable()
          tables.push(table)
          isFull = true
        }
        add(table, key, number)
      }
      const last = rows.at(-1)
      lastRun = last?.run ?? lastRun
      rows = last && rows.length === readAtOnce ? await rowsAfter(db, last) : []
    }
    if (isFull) await forgetMerged(db)
  }

  /** Events before the first of all smaller runs are in the main one. */
  const forgetMerged = async (db: Tables<KeyTables>): Promise<void> => {
    const { first } = await db
      .selectFrom('archiveRuns')
      .select((e) => e.fn.min('first').as('first'))
      .where('run', '>', mainRun)
      .executeTakeFirstOrThrow()
    const needed = first ?? Number.POSITIVE_INFINITY
    tables = tables.filter((table) => table === tables.at(-1) || table.last >= needed)
  }

  const read = async (db: Tables<KeyTables>): Promise<void> => {
    try {
      await readNew(db)
    } catch (error) {
      // What was read of a run is not all of it: the next time reads everything once more.
      tables = []
      lastRun = mainRun
      throw error
    }
  }

  return {
    read,

    async find(db, keys) {
      if (keys.length === 0) return []
      await read(db)
      const inMain = await inChunks(keys, (some) =>
        db
          .selectFrom('archiveKeys')
          .select('number')
          .where('run', '=', mainRun)
          .where('key', 'in', some)
          .execute()
      )
      const recent = keys.flatMap((key) => tables.flatMap((table) => numbersIn(table, key)))
      return [...new Set([...inMain.map(({ number }) => number), ...recent])]
    }
  }
}

/** The next rows after a run, or after a row. */
function rowsAfter(
  db: Tables<KeyTables>,
  { run, key, number }: { readonly run: number; readonly key?: number; readonly number?: number }
) {
  const rows = db.selectFrom('archiveKeys').select(['run', 'key', 'number'])
  const after =
    key === undefined || number === undefined
      ? rows.where('run', '>', run)
      : rows.where(({ eb, refTuple, tuple }) =>
          eb(refTuple('run', 'key', 'number'), '>', tuple(run, key, number))
        )
  return after.orderBy('run').orderBy('key').orderBy('number').limit(readAtOnce).execute()
}

const factors = [randomInt(2 ** 31) * 2 + 1, randomInt(2 ** 31) * 2 + 1] as const

/** Where a key is looked for first; nobody outside can choose ids whose keys all have the same place. */
function placeOf(key: number): number {
  const high = Math.floor(key / 2 ** 26)
  return ((Math.imul(key % 2 ** 26, factors[0]) ^ Math.imul(high, factors[1])) >>> 0) >>> (32 - placeBits)
}

function newTable(): KeyTable {
  return { keys: new Float64Array(places), numbers: new Float64Array(places), count: 0, last: 0 }
}

function add(table: KeyTable, key: number, number: number): void {
  const { keys, numbers } = table
  let place = placeOf(key)
  while (numbers[place] !== 0) {
    if (keys[place] === key && numbers[place] === number) return
    place = (place + 1) % places
  }
  keys[place] = key
  numbers[place] = number
  table.count += 1
  table.last = Math.max(table.last, number)
}

function numbersIn({ keys, numbers }: KeyTable, key: number): readonly number[] {
  const found: number[] = []
  for (let place = placeOf(key); numbers[place] !== 0; place = (place + 1) % places)
    if (keys[place] === key) found.push(numbers[place] ?? 0)
  return found
}
