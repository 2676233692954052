import { runStoreWriter } from '#engines/store/sqlite/run-store-writer.ts'
import type { StoreTransaction } from '#engines/store/store.ts'

interface Numbers {
  numbers: { number: number }
}

let before = 0

/**
 * Adds a number to the table `numbers`, which refuses some; returns which it was, and how many are there, and were when
 * it started. Reading ahead fails where there were 99.
 */
runStoreWriter({
  async readAhead(transaction) {
    before = await countOf(transaction)
    if (before === 99) throw new TypeError('too many to read ahead')
  },
  async perform(transaction, number: number) {
    await transaction.tables<Numbers>().insertInto('numbers').values({ number }).execute()
    return { number, before, count: await countOf(transaction) }
  }
})

async function countOf(transaction: StoreTransaction): Promise<number> {
  const { count } = await transaction
    .tables<Numbers>()
    .selectFrom('numbers')
    .select((e) => e.fn.countAll<number>().as('count'))
    .executeTakeFirstOrThrow()
  return count
}
