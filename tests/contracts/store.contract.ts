import assert from 'node:assert/strict'
import { describe, it, type TestContext } from 'node:test'
import { CompiledQuery } from 'kysely'
import { pipeline } from '#engines/store/pipeline.ts'
import type { Store, TablesOfPart } from '#engines/store/store.ts'
import { BusError } from '#protocol/errors/bus-error.ts'

interface NoteTables {
  notes: { number: number; text: string; bytes: Uint8Array | null }
}

const firstShape = `CREATE TABLE notes (number BIGINT_KEY, text text NOT NULL)`
const secondShape = 'ALTER TABLE notes ADD COLUMN bytes bytea'

/** A part for these tests, in its first and in its second version. */
export const notes: TablesOfPart = { part: 'notes', migrations: [[firstShape], [secondShape]] }
export const notesBefore: TablesOfPart = { part: 'notes', migrations: [[firstShape]] }

export interface OpenedStore {
  readonly store: Store
  readonly reopen: (parts: readonly TablesOfPart[]) => Store | Promise<Store>
}

/** What every store engine promises. */
export function storeContract(
  engine: string,
  open: (t: TestContext, parts: readonly TablesOfPart[]) => OpenedStore | Promise<OpenedStore>
): void {
  const texts = async (store: Store): Promise<readonly string[]> =>
    (await store.reader<NoteTables>().selectFrom('notes').select('text').orderBy('number').execute()).map(
      ({ text }) => text
    )

  const add = (store: Store, number: number, text: string, fail = false) =>
    store.transaction(async (transaction) => {
      await transaction
        .tables<NoteTables>()
        .insertInto('notes')
        .values({ number, text, bytes: null })
        .execute()
      if (fail) throw new TypeError('no')
      return text
    })

  describe(`store contract: ${engine}`, () => {
    it('commits what a transaction wrote, and gives what it returned', async (t) => {
      const { store } = await open(t, [notes])
      assert.equal(await add(store, 1, 'Đã đến'), 'Đã đến')
      assert.deepEqual(await texts(store), ['Đã đến'])
    })

    it('undoes all of a transaction whose work throws, and goes on', async (t) => {
      const { store } = await open(t, [notes])
      await assert.rejects(add(store, 1, 'a', true), TypeError)
      assert.deepEqual(await texts(store), [])
      await add(store, 1, 'b')
      assert.deepEqual(await texts(store), ['b'])
    })

    it('runs transactions one after another, first come, first served', async (t) => {
      const { store } = await open(t, [notes])
      const order: number[] = []
      await Promise.all(
        [1, 2, 3].map((number) =>
          store.transaction(async (transaction) => {
            order.push(number)
            await new Promise((resolve) => setTimeout(resolve, 5))
            await transaction
              .tables<NoteTables>()
              .insertInto('notes')
              .values({ number, text: 'x', bytes: null })
              .execute()
            order.push(number)
          })
        )
      )
      assert.deepEqual(order, [1, 1, 2, 2, 3, 3])
    })

    it('writes nothing of statements asked for together where one of them fails, though the work went on', async (t) => {
      const { store } = await open(t, [notes])
      await add(store, 2, 'there')
      const row = (number: number) => ({ number, text: 'x', bytes: null })
      const adding = store.transaction(async (transaction) => {
        const insert = (number: number) =>
          transaction.tables<NoteTables>().insertInto('notes').values(row(number)).execute()
        await pipeline([insert(1), insert(2), insert(3)]).catch(() => {})
        await insert(4)
      })
      await assert.rejects(adding)
      assert.deepEqual(await texts(store), ['there'])
      await add(store, 5, 'after')
      assert.deepEqual(await texts(store), ['there', 'after'])
    })

    it('waits for all statements asked for together also where the first fails', async () => {
      const order: string[] = []
      const later = new Promise((resolve) => setTimeout(resolve, 20)).then(() => order.push('second'))
      const asking = pipeline([Promise.reject(new TypeError('no')), later]).catch(() => order.push('failed'))
      await asking
      assert.deepEqual(order, ['second', 'failed'])
    })

    it('tells what is refused for its values from what fails for another reason, and goes on after either', async (t) => {
      const { store } = await open(t, [notes])
      await add(store, 1, 'there')
      const run = (statement: string) =>
        store
          .transaction(async (transaction) => {
            const db = transaction.tables<NoteTables>()
            await pipeline([
              db.executeQuery(CompiledQuery.raw(statement)),
              db.selectFrom('notes').selectAll().execute()
            ])
          })
          .then(
            () => assert.fail(),
            (error: unknown) => error
          )
      for (const refused of [
        "INSERT INTO notes (number, text) VALUES (1, 'twice')",
        'INSERT INTO notes (number, text) VALUES (2, NULL)'
      ]) {
        assert.equal(store.refuses(await run(refused)), true, refused)
      }
      for (const failed of [
        'INSERT INTO elsewhere VALUES (1)',
        'INSERT INTO notes (nothing) VALUES (1)',
        'INSERT'
      ]) {
        assert.equal(store.refuses(await run(failed)), false, failed)
      }
      assert.equal(store.refuses(new TypeError('no')), false)
      assert.equal(store.refuses(new BusError('BUS_STORE_UNAVAILABLE', 'store-failed')), false)
      await add(store, 3, 'after')
      assert.deepEqual(await texts(store), ['there', 'after'])
    })

    it('tells of the first failure of statements asked for together, whichever is waited for first', async (t) => {
      const { store } = await open(t, [notes])
      await add(store, 1, 'there')
      const failing = store.transaction(async (transaction) => {
        const db = transaction.tables<NoteTables>()
        const first = db.insertInto('notes').values({ number: 1, text: 'twice', bytes: null }).execute()
        const second = db.selectFrom('notes').selectAll().execute()
        await pipeline([second, first])
      })
      assert.equal(
        store.refuses(
          await failing.then(
            () => assert.fail(),
            (error: unknown) => error
          )
        ),
        true
      )
    })

    it('shows readers only what was committed', async (t) => {
      const { store } = await open(t, [notes])
      await store.transaction(async (transaction) => {
        await transaction
          .tables<NoteTables>()
          .insertInto('notes')
          .values({ number: 1, text: 'a', bytes: null })
          .execute()
        assert.deepEqual(await texts(store), [])
      })
      assert.deepEqual(await texts(store), ['a'])
    })

    it('keeps bytes as they are', async (t) => {
      const { store } = await open(t, [notes])
      const bytes = Buffer.from(Array.from({ length: 256 }, (_unused, byte) => byte))
      await store.transaction((transaction) =>
        transaction.tables<NoteTables>().insertInto('notes').values({ number: 1, text: 'a', bytes }).execute()
      )
      const row = await store.reader<NoteTables>().selectFrom('notes').select('bytes').executeTakeFirst()
      assert.deepEqual(Buffer.from(row?.bytes ?? []), bytes)
    })

    it('brings tables of an earlier release to their newest shape, and keeps what is in them', async (t) => {
      const { store, reopen } = await open(t, [notesBefore])
      const before = store.transaction((transaction) =>
        transaction
          .tables<{ notes: { number: number; text: string } }>()
          .insertInto('notes')
          .values({ number: 1, text: 'old' })
          .execute()
      )
      await before
      await store.close()
      const again = await reopen([notes])
      t.after(() => again.close())
      await add(again, 2, 'new')
      assert.deepEqual(await texts(again), ['old', 'new'])
    })

    it('takes tables beyond what this release knows as they are', async (t) => {
      const { store, reopen } = await open(t, [notes])
      await add(store, 1, 'new')
      await store.close()
      const older = await reopen([notesBefore])
      await older.transaction((transaction) =>
        transaction
          .tables<{ notes: { number: number; text: string } }>()
          .insertInto('notes')
          .values({ number: 2, text: 'old' })
          .execute()
      )
      await older.close()
      const again = await reopen([notes])
      t.after(() => again.close())
      await add(again, 3, 'newest')
      assert.deepEqual(await texts(again), ['new', 'old', 'newest'])
    })

    it('gives numbers as numbers, the largest and a maximum too', async (t) => {
      const { store } = await open(t, [notes])
      await add(store, Number.MAX_SAFE_INTEGER, 'a')
      const db = store.reader<NoteTables>()
      const row = await db.selectFrom('notes').select('number').executeTakeFirst()
      assert.equal(row?.number, Number.MAX_SAFE_INTEGER)
      const most = await db
        .selectFrom('notes')
        .select((e) => e.fn.max('number').as('number'))
        .executeTakeFirst()
      assert.equal(most?.number, Number.MAX_SAFE_INTEGER)
    })

    it('orders and compares texts byte by byte', async (t) => {
      const { store } = await open(t, [notes])
      const given = ['b', 'B', 'á', 'a-1', 'a1', 'a', 'ab', 'đ', 'Z', '_', '🎉', '\uffed']
      for (const [index, text] of given.entries()) await add(store, index + 1, text)
      const sorted = [...given].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)))
      const db = store.reader<NoteTables>()
      const rows = await db.selectFrom('notes').select('text').orderBy('text').execute()
      assert.deepEqual(
        rows.map(({ text }) => text),
        sorted
      )
      const after = await db
        .selectFrom('notes')
        .select('text')
        .where('text', '>', 'a1')
        .orderBy('text')
        .execute()
      assert.deepEqual(
        after.map(({ text }) => text),
        sorted.slice(sorted.indexOf('a1') + 1)
      )
    })

    it('gives numbers of its own to rows that come without one', async (t) => {
      const { store } = await open(t, [notes])
      const numbers = await store.transaction((transaction) =>
        transaction
          .tables<NoteTables>()
          .insertInto('notes')
          .values([{ text: 'a' }, { text: 'b' }] as never)
          .returning('number')
          .execute()
      )
      assert.deepEqual(
        numbers.map(({ number }) => number),
        [1, 2]
      )
    })

    it('runs transactions of one lane one after another', async (t) => {
      const { store } = await open(t, [notes])
      await add(store, 1, '0')
      const addOne = () =>
        store.transaction(
          async (transaction) => {
            const db = transaction.tables<NoteTables>()
            const row = await db.selectFrom('notes').select('text').executeTakeFirstOrThrow()
            await db
              .updateTable('notes')
              .set({ text: String(Number(row.text) + 1) })
              .execute()
          },
          { lane: 'counting' }
        )
      await Promise.all(Array.from({ length: 20 }, addOne))
      assert.deepEqual(await texts(store), ['20'])
    })

    it('refuses a transaction after closing, and takes a second close', async (t) => {
      const { store } = await open(t, [notes])
      await store.close()
      await store.close()
      await assert.rejects(
        add(store, 1, 'a'),
        (error) => error instanceof BusError && error.code === 'BUS_STORE_UNAVAILABLE'
      )
    })
  })
}
