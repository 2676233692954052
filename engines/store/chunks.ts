import { pipeline } from './pipeline.ts'

const largest = 256
/**
 * A list of this many rows or fewer is not cut further: most batches are small, and each chunk costs a
 * round trip to a remote database.
 */
const small = 16

/**
 * Cuts a list into chunks of 256, 128, … 32 and a rest. Every list in a
 * statement that can grow goes through here: SQLite accepts 32,766 values in a
 * statement and PostgreSQL 65,535, which 256 rows of up to 100 columns stay
 * below. There are few sizes because statements are kept prepared, one for each
 * number of rows, with the values of their last run.
 */
export function* chunks<T>(list: readonly T[]): Generator<readonly T[]> {
  let size = largest
  for (let at = 0; at < list.length; at += size) {
    const left = list.length - at
    while (size > left && size > small) size /= 2
    yield list.slice(at, at + size)
  }
}

/** Numbers are one parameter (`list-compiler.ts`, `list-dialect.ts`), so that only memory limits them. */
const mostNumbers = 4096

function* slices(list: readonly number[]): Generator<readonly number[]> {
  for (let at = 0; at < list.length; at += mostNumbers) yield list.slice(at, at + mostNumbers)
}

/** Statements at a time: as many as 500 rows need, and fewer than a process has connections to read with. */
const atOnce = 6

/**
 * Runs a statement for each chunk of a list and returns all rows. Numbers are for `in` and stay together. For an empty
 * list no statement runs.
 */
export async function inChunks<T, Row>(
  list: readonly T[],
  run: (some: readonly T[]) => Promise<readonly Row[]>
): Promise<readonly Row[]> {
  const all = [...(isNumbers(list) ? (slices(list) as Iterable<readonly T[]>) : chunks(list))]
  const rows: Row[] = []
  for (let at = 0; at < all.length; at += atOnce) {
    const found = await pipeline(all.slice(at, at + atOnce).map(run))
    for (const some of found) for (const row of some) rows.push(row) // Too many for a spread.
  }
  return rows
}

function isNumbers(list: readonly unknown[]): list is readonly number[] {
  return typeof list[0] === 'number'
}
