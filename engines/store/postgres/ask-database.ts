import { Client, type ClientConfig } from 'pg'
import { loadClientSettings } from './client-settings.ts'
import type { PostgresConfig } from './postgres-config.ts'
import { sqlStateOf } from './postgres-faults.ts'
import { prepareSession } from './prepare-session.ts'

const noSuchTable = '42P01'

/** By one connection that is closed afterwards, whatever comes of it. */
export async function withClient<T>(
  settings: ClientConfig,
  work: (client: Client) => Promise<T>
): Promise<T> {
  const client = new Client(settings)
  client.on('error', () => {}) // The query that was running tells of it.
  try {
    await client.connect()
    await prepareSession(client)
    return await work(client)
  } finally {
    await client.end().catch(() => {}) // It may be gone already.
  }
}

/** Settings for questions each of which has a time limit. */
export async function limitedSettings(config: PostgresConfig): Promise<ClientConfig> {
  const { timeoutMs } = config
  const settings = await loadClientSettings(config)
  return { ...settings, connectionTimeoutMillis: timeoutMs, query_timeout: timeoutMs }
}

/**
 * The first row of a question to a database that is not opened as a store, so
 * that nothing is made in it; none where it has no such table. Rejects as the
 * client does.
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
