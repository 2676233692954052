import { runStoreWriter } from '#engines/store/sqlite/run-store-writer.ts'

/** Adds a number to the table `numbers`, which refuses some; returns which it was, and how many are there. */
runStoreWriter(async (transaction, number: number) => {
  const db = transaction.tables<{ numbers: { number: number } }>()
  await db.insertInto('numbers').values({ number }).execute()
  const { count } = await db
    .selectFrom('numbers')
    .select((e) => e.fn.countAll<number>().as('count'))
    .executeTakeFirstOrThrow()
  return { number, count }
})
