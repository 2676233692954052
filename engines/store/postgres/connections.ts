import { Kysely, PostgresDialect, type PostgresPool } from 'kysely'
import { type ClientConfig, Pool, type PoolClient, type QueryResult } from 'pg'
import { BusError } from '#protocol/errors/bus-error.ts'
import type { Logger } from '../../telemetry/logger.ts'
import { isAfterFailure, isLost, translated, unavailableBy } from './postgres-faults.ts'
import { prepareSession } from './prepare-session.ts'

export interface ConnectionsOptions {
  readonly settings: ClientConfig
  /** Most connections at a time. */
  readonly most: number
  /** How long the database may leave anything unanswered. */
  readonly timeoutMs: number
  readonly logger: Logger
}

/** Connections that are lent out one at a time; broken ones are replaced when next asked for. */
export interface Connections {
  connect(): Promise<Connection>
  close(): Promise<void>
}

/** A transaction left standing, by a process that is paused or cut off, is ended by the server. */
const stillMs = 3000
const idleMs = 60_000
/** So that connections find their way to another server when names or addresses change hands. */
const lifetimeSeconds = 1800

export function openConnections({ settings, most, timeoutMs, logger }: ConnectionsOptions): Connections {
  const pool = new Pool({
    ...settings,
    max: most,
    // The server gives up first, then this side; both within the time a caller waits.
    connectionTimeoutMillis: timeoutMs * 0.5,
    statement_timeout: timeoutMs * 0.75,
    lock_timeout: timeoutMs * 0.75,
    query_timeout: timeoutMs * 0.9,
    idle_in_transaction_session_timeout: stillMs,
    idleTimeoutMillis: idleMs,
    maxLifetimeSeconds: lifetimeSeconds,
    onConnect: prepareSession
  })
  const known = new WeakMap<PoolClient, Connection>()
  // A connection may break at any time, lent out or not; whoever uses it next is told by the query's failure.
  pool.on('error', (error) =>
    logger.warn({ err: error }, 'an idle connection to PostgreSQL was lost; a new one is opened when needed')
  )
  pool.on('connect', (client) => client.on('error', () => {}))

  return {
    async connect() {
      if (pool.ending) throw new BusError('BUS_STORE_UNAVAILABLE', 'store-closed')
      try {
        const client = await pool.connect()
        const connection = known.get(client) ?? new Connection(client)
        known.set(client, connection)
        connection.lent()
        return connection
      } catch (error) {
        throw error instanceof BusError ? error : unavailableBy(error)
      }
    },
    close: () => pool.end()
  }
}

/** Kysely on connections lent by `connect`; it closes none. */
export function kyselyOn(connect: () => Promise<Pick<Connection, 'query' | 'release'>>): Kysely<unknown> {
  const pool = { connect, end: async () => {}, options: {} } as unknown as PostgresPool
  return new Kysely({ dialect: new PostgresDialect({ pool }) })
}

/** A connection lent out. Its queries run one after another; after a failure that ends it none does. */
export class Connection {
  /** Kysely on this connection alone. */
  readonly tables: Kysely<unknown>
  readonly #client: PoolClient
  #tail: Promise<unknown> = Promise.resolve()
  #failure: unknown
  #broken = false

  constructor(client: PoolClient) {
    this.#client = client
    const alone = { query: this.query.bind(this), release: () => {} }
    this.tables = kyselyOn(async () => alone)
  }

  /** The first failure since it was lent, as the database gave it. */
  get failure(): unknown {
    return this.#failure
  }

  lent(): void {
    this.#failure = undefined
  }

  query(sql: string, parameters?: readonly unknown[]): Promise<QueryResult> {
    const mine = this.#tail.then(() => this.#query(sql, parameters))
    this.#tail = mine.catch(() => {})
    return mine
  }

  async begin(lock: string): Promise<void> {
    await this.query(`BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE; SELECT pg_advisory_xact_lock(${lock})`)
  }

  /** Rejects where the transaction could not stand, with the failure that ended it. */
  async commit(): Promise<void> {
    const { command } = await this.query('COMMIT')
    if (command === 'ROLLBACK') throw translated(this.#failure)
  }

  /** Undoes what is not committed. Never rejects: where it fails, the connection is closed and the server undoes it. */
  async rollBack(): Promise<void> {
    if (this.#broken) return
    await this.query('ROLLBACK').catch(() => {
      this.#broken = true
    })
  }

  release(): void {
    this.#client.release(this.#broken)
  }

  async #query(sql: string, parameters: readonly unknown[] | undefined): Promise<QueryResult> {
    if (this.#broken) throw translated(this.#failure)
    try {
      return await this.#client.query(sql, parameters as unknown[])
    } catch (error) {
      this.#failure ??= error
      if (isLost(error)) this.#broken = true
      throw translated(isAfterFailure(error) ? this.#failure : error)
    }
  }
}
