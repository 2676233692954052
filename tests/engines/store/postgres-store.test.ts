import assert from 'node:assert/strict'
import { it } from 'node:test'
import { openPostgresStore } from '#engines/store/postgres/postgres-store.ts'
import type { Store, TablesOfPart } from '#engines/store/store.ts'
import { createLogger } from '#engines/telemetry/logger.ts'
import { notes, storeContract } from '../../contracts/store.contract.ts'
import { describeOnPostgres, postgresConfig } from '../../helpers/servers/postgres.ts'

const logger = createLogger({ level: 'silent' })

describeOnPostgres('the PostgreSQL store', (server) => {
  storeContract('postgres', async (t, parts) => {
    // A language's own order, which the store must not follow.
    const url = await server.newDatabase(
      "TEMPLATE template0 LOCALE_PROVIDER icu ICU_LOCALE 'vi' LOCALE 'C.UTF-8'"
    )
    const open = (given: readonly TablesOfPart[]): Promise<Store> =>
      openPostgresStore({ config: postgresConfig(url), parts: given, logger })
    const store = await open(parts)
    t.after(() => store.close())
    return { store, reopen: open }
  })

  it('refuses a text with NUL for its value, and a value out of range', async (t) => {
    const store = await openPostgresStore({
      config: postgresConfig(await server.newDatabase()),
      parts: [notes],
      logger
    })
    t.after(() => store.close())
    for (const row of [
      { number: 1, text: 'a\0b' },
      { number: 2 ** 63, text: 'a' }
    ]) {
      const error = await store
        .transaction((transaction) =>
          transaction.tables<{ notes: typeof row }>().insertInto('notes').values(row).execute()
        )
        .then(
          () => assert.fail(),
          (cause: unknown) => cause
        )
      assert.equal(store.refuses(error), true, String(error))
    }
  })
})
