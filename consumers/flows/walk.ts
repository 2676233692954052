/** Archive numbers from `low` to `high`, both included. */
export interface NumberRange {
  readonly low: number
  readonly high: number
}

/** What a search may still look at, so that any search ends soon. Shared by all that it does. */
export interface Budget {
  rows: number
  /** Something was not looked up because there is too much of it. */
  isCut: boolean
}

/** Events that a walk found: all of those that it looks for down to a number. */
export interface Walked {
  /** The newest first; maybe none. */
  readonly numbers: readonly number[]
  readonly downTo: number
}

/** Rows of the largest pages of a walk. */
export const pageRows = 100

/** Walks down by pages of what comes next below a number. */
export async function* walkDown(
  { low, high }: NumberRange,
  budget: Budget,
  next: (range: NumberRange, limit: number) => Promise<readonly number[]>
): AsyncGenerator<Walked> {
  for (let to = high; to >= low && budget.rows > 0; ) {
    budget.rows -= pageRows
    const numbers = await next({ low, high: to }, pageRows)
    const downTo = numbers.length < pageRows ? low : (numbers.at(-1) ?? low)
    yield { numbers, downTo }
    to = downTo - 1
  }
}
