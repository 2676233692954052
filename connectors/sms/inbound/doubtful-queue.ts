import type { DoubtfulNotice } from './doubtful.ts'

/** Deliveries in doubt on their way into the cursor. */
export interface DoubtfulQueue {
  add(notice: DoubtfulNotice): void
  /** Those that the cursor does not have yet. */
  next(cursor: string | undefined): readonly DoubtfulNotice[]
  /** A poll gives a cursor with these; if it is stored, they are done with. */
  given(notices: readonly DoubtfulNotice[], cursor: string): void
}

export function createDoubtfulQueue(): DoubtfulQueue {
  let waiting: readonly DoubtfulNotice[] = []
  let given: { readonly notices: readonly DoubtfulNotice[]; readonly cursor: string } | undefined
  return {
    add(notice) {
      waiting = [...waiting, notice]
    },
    next(cursor) {
      if (given && given.cursor === cursor) {
        const { notices } = given
        waiting = waiting.filter((one) => !notices.includes(one))
      }
      return waiting
    },
    given(notices, cursor) {
      given = { notices, cursor }
    }
  }
}
