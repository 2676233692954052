const largest = 256
/** So many or fewer go together, as most batches are small and each piece is a round trip where the database is afar. */
const small = 16

/**
 * Cuts a list into pieces of 256, 128, … 32 and a rest. Statements are kept
 * prepared, one for each number of rows, with the values they were last run
 * with: of any number there would be hundreds.
 */
export function* chunks<T>(list: readonly T[]): Generator<readonly T[]> {
  let size = largest
  for (let at = 0; at < list.length; at += size) {
    const left = list.length - at
    while (size > left && size > small) size /= 2
    yield list.slice(at, at + size)
  }
}
