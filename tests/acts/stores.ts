import assert from 'node:assert/strict'
import { controlTables } from '#bus/control/control-tables.ts'
import type { Cleanup } from '#deploy/servers/cleanup.ts'
import { openPostgresStore } from '#engines/store/postgres/postgres-store.ts'
import { openSqliteStore } from '#engines/store/sqlite/sqlite-store.ts'
import type { Store } from '#engines/store/store.ts'
import { createLogger } from '#engines/telemetry/logger.ts'
import { postgresConfig } from '../helpers/servers/postgres.ts'
import type { PostgresServer } from '../helpers/servers/postgres-server.ts'
import { temporaryFolder } from '../helpers/temporary-folder.ts'

const parts = [controlTables]

/** The store of one process. */
export function openOneProcess(t: Cleanup): [Store] {
  const store = openSqliteStore({ folder: temporaryFolder(t), parts, onFatal: assert.ifError })
  t.after(() => store.close())
  return [store]
}

/** The stores of two processes, onto one database. */
export async function openTwoProcesses(t: Cleanup, server: PostgresServer): Promise<[Store, Store]> {
  const config = postgresConfig(await server.newDatabase())
  const logger = createLogger({ level: 'silent' })
  const open = () => openPostgresStore({ config, parts, logger })
  const stores: [Store, Store] = [await open(), await open()]
  for (const store of stores) t.after(() => store.close())
  return stores
}
