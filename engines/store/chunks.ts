const largest = 256
/**
 * A list of this many rows or fewer is not cut further: most batches are small, and each chunk costs a
 * round trip to a remote database.
 */
const small = 16

/**
 * Cuts a list into chunks of 256, 128, … 32 rows and a rest. The database keeps one prepared statement for
 * each number of rows, together with the values last bound to it. Chunks of any size would need hundreds of
 * statements.
 */
export function* chunks<T>(list: readonly T[]): Generator<readonly T[]> {
  let size = largest
  for (let at = 0; at < list.length; at += size) {
    const left = list.length - at
    while (size > left && size > small) size /= 2
    yield list.slice(at, at + size)
  }
}
