import { pipeline } from './pipeline.ts'

const largest = 256
/**
 * A list of this many rows or fewer is not cut further: most batches are small, and each chunk costs a
 * round trip to a remote database.
 */
const small = 16

/**
 * Cuts a list into pieces of 256, 128, … 32 and a rest: whatever grows with the
 * province goes into statements so. SQLite takes 32,766 values in one and
 * PostgreSQL 65,535, which 256 rows of a hundred columns keep below. Statements
 * are kept prepared, one for each number of rows, with the values they were
 * last run with: of any number there would be hundreds.
 */
export function* chunks<T>(list: readonly T[]): Generator<readonly T[]> {
  let size = largest
  for (let at = 0; at < list.length; at += size) {
    const left = list.length - at
    while (size > left && size > small) size /= 2
    yield list.slice(at, at + size)
  }
}

/** Runs a statement for each piece of a list, and gives what was found of all. For an empty list none runs. */
export async function inChunks<T, Row>(
  list: readonly T[],
  run: (some: readonly T[]) => Promise<readonly Row[]>
): Promise<readonly Row[]> {
  return (await pipeline(Array.from(chunks(list), run))).flat()
}
