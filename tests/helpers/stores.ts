import assert from 'node:assert/strict'
import { describe, type TestContext } from 'node:test'
import { openPostgresStore } from '#engines/store/postgres/postgres-store.ts'
import { openSqliteStore } from '#engines/store/sqlite/sqlite-store.ts'
import type { Store, TablesOfPart } from '#engines/store/store.ts'
import { createLogger } from '#engines/telemetry/logger.ts'
import { describeOnPostgres, postgresConfig } from './servers/postgres.ts'
import { temporaryFolder } from './temporary-folder.ts'

/** Opens a store for a test; closed after it. */
export type OpenStore = (t: TestContext, parts: readonly TablesOfPart[]) => Promise<Store>

/** A suite about a store, run on every engine. */
export function describeOnEveryStore(title: string, suite: (open: OpenStore) => void): void {
  describe(`${title} (sqlite)`, () =>
    suite(async (t, parts) => {
      let store: Store | undefined
      t.after(() => store?.close()) // Before its folder is removed: its writer may not have begun yet.
      store = openSqliteStore({ folder: temporaryFolder(t), parts, onFatal: assert.ifError })
      return store
    }))
  describeOnPostgres(`${title} (postgres)`, (server) =>
    suite(async (t, parts) => {
      const config = postgresConfig(await server.newDatabase())
      const store = await openPostgresStore({ config, parts, logger: createLogger({ level: 'silent' }) })
      t.after(() => store.close())
      return store
    })
  )
}
