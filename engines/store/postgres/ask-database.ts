import { Client, type ClientConfig } from 'pg'
import { loadClientSettings } from './client-settings.ts'
import type { PostgresConfig } from './postgres-config.ts'
import { sqlStateOf } from './postgres-faults.ts'
import { prepareSession } from './prepare-session.ts'

const noSuchTable = '42P01'

/** Runs `work` on a connection of its own, which is always closed afterwards. */
export async function withClient<T>(
  settings: ClientConfig,
  work: (client: Client) => Promise<T>
): Promise<T> {
  const client = new Client(settings)
  client.on('error', () => {}) // The running query rejects.
  try {
    await client.connect()
    await prepareSession(client)
    return await work(client)
  } finally {
    await client.end().catch(() => {}) // It may be closed already.
  }
}

/** Connection settings with a time limit for every query. */
export async function limitedSettings(config: PostgresConfig): Promise<ClientConfig> {
  const { timeoutMs } = config
  const settings = await loadClientSettings(config)
  return { ...settings, connectionTimeoutMillis: timeoutMs, query_timeout: timeoutMs }
}

/**
 * The first row of a query to a database that is not opened as a store, so that nothing is created in it.
 * Undefined if the table does not exist. Rejects with the client's error.
 */
export async function askDatabase<Row>(config: PostgresConfig, query: string): Promise<Row | undefined> {
  return withClient(await limitedSettings(config), async (client) => {
    try {
      const { rows } = await client.query(query)
      return rows[0] as Row | undefined
    } catch (error) {
      if (sqlStateOf(error) === noSuchTable) return undefined
      throw error
    }
  })
}
