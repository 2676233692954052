import assert from 'node:assert/strict'
import { it, type TestContext } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { sql } from 'kysely'
import { Client } from 'pg'
import { openPostgresStore } from '#engines/store/postgres/postgres-store.ts'
import type { Store, StoreTransaction } from '#engines/store/store.ts'
import { createLogger } from '#engines/telemetry/logger.ts'
import { BusError } from '#protocol/errors/bus-error.ts'
import { tablesOfAllParts } from '#runtime/tables.ts'
import { notes } from '../../contracts/store.contract.ts'
import { startScript } from '../../helpers/child-script.ts'
import { describeOnPostgres, postgresConfig } from '../../helpers/servers/postgres.ts'

interface Notes {
  notes: { number: number; text: string; bytes: Uint8Array | null }
}

const logger = createLogger({ level: 'silent' })
const unavailable = (error: unknown): boolean =>
  error instanceof BusError && error.code === 'BUS_STORE_UNAVAILABLE' && error.waitMs === 2000

describeOnPostgres(
  'the PostgreSQL store when things go wrong',
  (server) => {
    const open = async (t: TestContext, url?: string): Promise<{ store: Store; url: string }> => {
      const database = url ?? (await server.newDatabase())
      const store = await openPostgresStore({ config: postgresConfig(database), parts: [notes], logger })
      t.after(() => store.close())
      return { store, url: database }
    }
    const put = (transaction: StoreTransaction, number: number, text: string) =>
      transaction.tables<Notes>().insertInto('notes').values({ number, text, bytes: null }).execute()
    const add = (store: Store, number: number, text = '') =>
      store.transaction((transaction) => put(transaction, number, text))
    const numbers = async (store: Store): Promise<readonly number[]> =>
      (await store.reader<Notes>().selectFrom('notes').select('number').orderBy('number').execute()).map(
        ({ number }) => number
      )
    const withinMs = async (ms: number, work: Promise<unknown>): Promise<void> => {
      const from = performance.now()
      await assert.rejects(work, unavailable)
      const tookMs = performance.now() - from
      assert.ok(tookMs < ms, `took ${tookMs} ms`)
    }
    /** Adds until it can; gives how long that took. */
    const heal = async (store: Store, number: number): Promise<number> => {
      const from = performance.now()
      for (;;) {
        const problem = await add(store, number).catch((error: unknown) => error)
        if (!(problem instanceof BusError)) return performance.now() - from
        assert.ok(performance.now() - from < 20_000, String(problem))
        await pause(50)
      }
    }

    it('runs the work again after a serialisation failure, and commits it once', async (t) => {
      const { store } = await open(t)
      let runs = 0
      await store.transaction(async (transaction) => {
        runs += 1
        await put(transaction, 1, 'a')
        if (runs > 2) return
        await sql`DO $$ BEGIN RAISE EXCEPTION USING ERRCODE = '40001'; END $$`.execute(transaction.tables())
      })
      assert.equal(runs, 3)
      assert.deepEqual(await numbers(store), [1])
    })

    it('tells the caller to come again where the work never stands', async (t) => {
      const { store } = await open(t)
      let runs = 0
      const stubborn = store.transaction(async (transaction) => {
        runs += 1
        await sql`DO $$ BEGIN RAISE EXCEPTION USING ERRCODE = '40P01'; END $$`.execute(transaction.tables())
      })
      await assert.rejects(stubborn, unavailable)
      assert.equal(runs, 5)
    })

    it('lets both of two lanes that wait for each other commit', async (t) => {
      const { store } = await open(t)
      await add(store, 1)
      await add(store, 2)
      const met = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
      const touch = (lane: string, mine: number, other: number) =>
        store.transaction(
          async (transaction) => {
            for (const number of [mine, other]) {
              const db = transaction.tables<Notes>()
              await db.updateTable('notes').set({ text: lane }).where('number', '=', number).execute()
              met[mine - 1]?.resolve()
              await met[other - 1]?.promise
            }
          },
          { lane }
        )
      await Promise.all([touch('one', 1, 2), touch('two', 2, 1)])
    })

    it('runs lanes beside each other, however many wait within', async (t) => {
      const { store } = await open(t)
      const nested = (lanes: readonly number[]): Promise<void> =>
        store.transaction(
          async (transaction) => {
            const [number = 0, ...others] = lanes
            await put(transaction, number, '')
            if (others.length > 0) await nested(others)
          },
          { lane: `lane ${lanes[0]}` }
        )
      await nested([1, 2, 3, 4])
      assert.deepEqual(await numbers(store), [1, 2, 3, 4])
    })

    it('does not commit what followed a failed statement, though the work went on', async (t) => {
      const { store } = await open(t)
      await add(store, 1)
      const careless = store.transaction(async (transaction) => {
        await put(transaction, 2, 'a')
        await put(transaction, 1, 'again').catch(() => {})
      })
      await assert.rejects(careless, { code: '23505' })
      assert.deepEqual(await numbers(store), [1])
    })

    it('runs transactions of all processes one at a time', async (t) => {
      const { store, url } = await open(t)
      await add(store, 1, '0')
      const script = `
        import { openPostgresStore } from './engines/store/postgres/postgres-store.ts'
        import { createLogger } from './engines/telemetry/logger.ts'
        const config = ${JSON.stringify(postgresConfig(url))}
        const store = await openPostgresStore({ config, parts: [], logger: createLogger({ level: 'silent' }) })
        await Promise.all(Array.from({ length: 50 }, () => store.transaction(async (transaction) => {
          const db = transaction.tables()
          const { text } = await db.selectFrom('notes').select('text').executeTakeFirstOrThrow()
          await db.updateTable('notes').set({ text: String(Number(text) + 1) }).execute()
        })))
        await store.close()`
      const children = [1, 2, 3].map(() => startScript(t, script))
      await Promise.all(children.map((child) => child.ended()))
      const row = await store.reader<Notes>().selectFrom('notes').select('text').executeTakeFirst()
      assert.equal(row?.text, '150')
    })

    it('brings the tables of all parts to their shape once, however many open at once', async (t) => {
      const url = await server.newDatabase()
      const stores = await Promise.all(
        Array.from({ length: 4 }, () =>
          openPostgresStore({ config: postgresConfig(url), parts: tablesOfAllParts, logger })
        )
      )
      t.after(() => Promise.all(stores.map((store) => store.close())))
      const done = await server.ask(url, 'SELECT part, done::int FROM "storeMigrations" ORDER BY part')
      const known = tablesOfAllParts.map(({ part, migrations }) => ({ part, done: migrations.length }))
      assert.deepEqual(
        done,
        known.toSorted((a, b) => (a.part < b.part ? -1 : 1))
      )
      const others = await server.ask(
        url,
        `SELECT a.attrelid::regclass, a.attname FROM pg_attribute a
          JOIN pg_class c ON c.oid = a.attrelid AND c.relkind = 'r' AND c.relnamespace = 'public'::regnamespace
          WHERE a.attcollation <> 0 AND a.attcollation <> '"C"'::regcollation`
      )
      assert.deepEqual(others, [], 'compares texts by a language')
    })

    it('undoes a migration that fails, and those after it wait', async () => {
      const url = await server.newDatabase()
      const broken = {
        part: 'notes',
        migrations: [['CREATE TABLE a (b text)'], ['CREATE TABLE c (d text)', 'NONSENSE']]
      }
      await assert.rejects(
        openPostgresStore({ config: postgresConfig(url), parts: [broken], logger }),
        (error) => error instanceof BusError && error.fault === 'database-not-opened'
      )
      const tables = await server.ask(url, `SELECT relname FROM pg_class WHERE relname IN ('a', 'c')`)
      assert.deepEqual(tables, [{ relname: 'a' }])
    })

    for (const signal of ['SIGKILL', 'SIGQUIT', 'SIGINT'] as const) {
      it(`says so within 2 s when the server ends by ${signal}, and heals within 5 s of its return`, async (t) => {
        const { store } = await open(t)
        await add(store, 1)
        const stopped = Promise.withResolvers<void>()
        const halfDone = store.transaction(async (transaction) => {
          await put(transaction, 2, 'half')
          await server.stop(signal)
          stopped.resolve()
          await put(transaction, 3, 'other half')
        })
        const queued = Array.from({ length: 30 }, (_unused, index) => add(store, 100 + index))
        const outcomes = Promise.allSettled([halfDone, ...queued])
        await stopped.promise
        const from = performance.now()
        for (const outcome of await outcomes) {
          assert.ok(outcome.status === 'rejected' && unavailable(outcome.reason))
        }
        assert.ok(performance.now() - from < 2000)
        await withinMs(2000, add(store, 4))
        await withinMs(2000, numbers(store))
        await server.start()
        assert.ok((await heal(store, 5)) < 5000)
        assert.deepEqual(await numbers(store), [1, 5])
      })
    }

    it('says so within 2 s when the server is frozen, and heals when it goes on', async (t) => {
      const { store } = await open(t)
      await add(store, 1)
      await numbers(store)
      await server.signal('SIGSTOP')
      try {
        await Promise.all([
          ...Array.from({ length: 30 }, (_unused, index) => withinMs(2100, add(store, 100 + index))),
          ...Array.from({ length: 10 }, () => withinMs(2100, numbers(store)))
        ])
      } finally {
        await server.signal('SIGCONT')
      }
      assert.ok((await heal(store, 2)) < 5000)
      const kept = await numbers(store)
      assert.deepEqual(kept.slice(0, 2), [1, 2])
    })

    it('takes the transaction of a process that is paused from it', async (t) => {
      const { store, url } = await open(t)
      const child = startScript(
        t,
        `
        import { openPostgresStore } from './engines/store/postgres/postgres-store.ts'
        import { createLogger } from './engines/telemetry/logger.ts'
        const config = ${JSON.stringify(postgresConfig(url))}
        const store = await openPostgresStore({ config, parts: [], logger: createLogger({ level: 'silent' }) })
        try {
          await store.transaction(async (transaction) => {
            await transaction.tables().insertInto('notes').values({ number: 1, text: 'paused' }).execute()
            console.log('inside')
            process.kill(process.pid, 'SIGSTOP')
            await transaction.tables().insertInto('notes').values({ number: 2, text: 'paused' }).execute()
          })
          console.log('committed')
        } catch (error) {
          console.log(error.code)
        }
        await store.close()`
      )
      const lines = child.lines[Symbol.asyncIterator]()
      assert.equal((await lines.next()).value, 'inside')
      await withinMs(2000, add(store, 3))
      assert.ok((await heal(store, 3)) < 5000)
      child.resume()
      assert.equal((await lines.next()).value, 'BUS_STORE_UNAVAILABLE')
      assert.deepEqual(await numbers(store), [3])
    })

    it('says so when the server has no connection left, and heals when it has', async (t) => {
      const { store, url } = await open(t)
      await server.ask(
        url,
        'SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid()'
      )
      const hogs: Client[] = []
      for (;;) {
        const hog = new Client({ connectionString: url })
        hog.on('error', () => {})
        const isRefused = await hog.connect().then(
          () => false,
          () => true
        )
        if (isRefused) break
        hogs.push(hog)
      }
      await withinMs(500, add(store, 1))
      await withinMs(500, numbers(store))
      await Promise.all(hogs.map((hog) => hog.end()))
      assert.ok((await heal(store, 2)) < 5000)
    })

    it('lets writers and readers not wait for each other', async (t) => {
      const { store } = await open(t)
      const slowReads = Array.from({ length: 20 }, () =>
        sql`SELECT pg_sleep(0.4)`.execute(store.reader()).catch(unavailable)
      )
      await add(store, 1)
      await store.transaction(async () => {
        await Promise.all(slowReads)
        assert.deepEqual(await numbers(store), [1])
      })
    })

    it('refuses a number that would be rounded', async (t) => {
      const { store, url } = await open(t)
      await server.ask(url, `INSERT INTO notes (number, text) VALUES (9007199254740993, '')`)
      await assert.rejects(numbers(store), RangeError)
      await add(store, 1)
    })

    it('flushes commits though the database is set to be careless', async (t) => {
      const url = await server.newDatabase()
      await server.ask(
        url,
        `ALTER ROLE postgres IN DATABASE ${url.split('/').at(-1)} SET synchronous_commit = off`
      )
      const { store } = await open(t, url)
      await store.transaction(async (transaction) => {
        const { rows } = await sql`SHOW synchronous_commit`.execute(transaction.tables())
        assert.deepEqual(rows, [{ synchronous_commit: 'on' }])
      })
    })

    it('refuses a database whose text is not UTF8', async () => {
      const url = await server.newDatabase("TEMPLATE template0 ENCODING 'LATIN1' LOCALE 'C'")
      await assert.rejects(
        openPostgresStore({ config: postgresConfig(url), parts: [notes], logger }),
        (error) => error instanceof BusError && error.fault === 'database-encoding'
      )
    })
  },
  { settings: ['deadlock_timeout=100ms', 'max_connections=40'] }
)
