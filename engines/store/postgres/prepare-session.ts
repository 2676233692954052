import type { ClientBase } from 'pg'
import { BusError } from '#protocol/errors/bus-error.ts'

/** Sets up a new connection, and refuses servers that cannot keep the store's promises. */
export async function prepareSession(client: ClientBase): Promise<void> {
  const { rows } = await client.query(`SELECT pg_is_in_recovery() AS standby,
    current_setting('server_encoding') AS encoding,
    set_config('client_encoding', 'UTF8', false),
    CASE current_setting('synchronous_commit') WHEN 'off' THEN set_config('synchronous_commit', 'on', false) END`)
  const { standby, encoding } = rows[0] ?? {}
  if (standby) throw new BusError('BUS_STORE_UNAVAILABLE', 'database-standby', { waitMs: 2000 })
  if (encoding !== 'UTF8') {
    throw new BusError('BUS_CONFIG_INVALID', 'database-encoding', { values: { got: String(encoding) } })
  }
}
