import { inChunks } from '#engines/store/chunks.ts'
import type { Tables } from '#engines/store/store.ts'
import type { FindNumbers } from './key-runs.ts'
import type { KeyTables } from './key-tables.ts'
import { mainRun } from './merge-runs.ts'

/** Places of a table; half of them are used. */
const places = 2 ** 17
const mostInTable = places / 2

/** A hash table, by open addressing: a `Map` of so many takes four times the memory. Number 0 is a free place. */
interface KeyTable {
  readonly keys: Float64Array
  readonly numbers: Float64Array
  count: number
  /** The highest number. */
  last: number
}

/**
 * Finds as `numbersOfKeys` does, and quickly also for the names of a batch: keeps the keys of all runs but the main one
 * in memory, each read once, as soon as its run is there. It may also give numbers of other events.
 *
 * For the thread that writes. Call it at the start of a transaction, before any key is added: keys that are undone later
 * would count as read, and those of the next run, which has the same number, would not be read.
 */
export function createRecentKeys(): FindNumbers {
  let tables: KeyTable[] = [newTable()]
  /** The last one read. */
  let lastRun = mainRun

  const readNew = async (db: Tables<KeyTables>): Promise<void> => {
    const rows = await db
      .selectFrom('archiveKeys')
      .select(['run', 'key', 'number'])
      .where('run', '>', lastRun)
      .orderBy('run')
      .execute()
    let isFull = false
    for (const { key, number } of rows) {
      let table = tables.at(-1)
      if (!table || table.count === mostInTable) {
        table = newTable()
        tables.push(table)
        isFull = true
      }
      add(table, key, number)
    }
    lastRun = rows.at(-1)?.run ?? lastRun
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

  return async (db, keys) => {
    if (keys.length === 0) return []
    await readNew(db)
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

function newTable(): KeyTable {
  return { keys: new Float64Array(places), numbers: new Float64Array(places), count: 0, last: 0 }
}

function add(table: KeyTable, key: number, number: number): void {
  const { keys, numbers } = table
  let place = key % places
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
  for (let place = key % places; numbers[place] !== 0; place = (place + 1) % places)
    if (keys[place] === key) found.push(numbers[place] ?? 0)
  return found
}
