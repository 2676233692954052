import { openPostgresStore } from '#bus/store/postgres/postgres-store.ts'
import type { Store, TablesOfPart } from '#bus/store/store.ts'
import { createLogger } from '#bus/telemetry/logger.ts'
import { storeContract } from '#tests/contracts/store.contract.ts'
import { describeOnPostgres, postgresConfig } from '#tests/helpers/servers/postgres.ts'

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
})
