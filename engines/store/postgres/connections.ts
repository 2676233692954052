import { Kysely, type PostgresPool } from 'kysely'
import { type ClientConfig, Pool, type PoolClient, type QueryConfig, type QueryResult } from 'pg'
import { BusError } from '#protocol/errors/bus-error.ts'
import type { Logger } from '../../telemetry/logger.ts'
import { ListDialect } from './list-dialect.ts'
import { isAfterFailure, isLost, translated, unavailableBy } from './postgres-faults.ts'
import { prepareSession } from './prepare-session.ts'

export interface ConnectionsOptions {
  readonly settings: ClientConfig
  /** Maximum number of connections. */
  readonly most: number
  /** Time limit for every answer of the database. */
  readonly timeoutMs: number
  readonly logger: Logger
}

/** A pool of connections. A broken connection is replaced when one is next needed. */
export interface Connections {
  connect(): Promise<Connection>
  close(): Promise<void>
}

/** The server ends a transaction in which nothing happens for this long, because its process is paused or cut off. */
const stillMs = 3000
const idleMs = 60_000
/** Connections are replaced after this time, so that they follow a change of address. */
const lifetimeSeconds = 1800
/** So many queries that were sent before another one give it the time limit once more. */
const manyQueries = 20

export function openConnections({ settings, most, timeoutMs, logger }: ConnectionsOptions): Connections {
  const answerMs = timeoutMs * 0.9
  const pool = new Pool({
    ...settings,
    max: most,
    // The server gives up first, then the client; both within the time that a caller waits.
    connectionTimeoutMillis: timeoutMs * 0.5,
    statement_timeout: timeoutMs * 0.75,
    lock_timeout: timeoutMs * 0.75,
    query_timeout: answerMs,
    idle_in_transaction_session_timeout: stillMs,
    idleTimeoutMillis: idleMs,
    maxLifetimeSeconds: lifetimeSeconds,
    pipeline: true, // Statements that are asked for together are sent without waiting for each answer.
    onConnect: prepareSession
  })
  const known = new WeakMap<PoolClient, Connection>()
  // A connection may break at any time, in use or not. If it is in use, its next query rejects.
  pool.on('error', (error) =>
    logger.warn({ err: error }, 'an idle connection to PostgreSQL was lost; a new one is opened when needed')
  )
  pool.on('connect', (client) => client.on('error', () => {}))

  return {
    async connect() {
      if (pool.ending) throw new BusError('BUS_STORE_UNAVAILABLE', 'store-closed')
      try {
        const client = await pool.connect()
        const connection = known.get(client) ?? new Connection(client, answerMs)
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

/** Kysely on connections from `connect`. It closes none. */
export function kyselyOn(connect: () => Promise<Pick<Connection, 'query' | 'release'>>): Kysely<unknown> {
  const pool = { connect, end: async () => {}, options: {} } as unknown as PostgresPool
  return new Kysely({ dialect: new ListDialect({ pool }) })
}

/** A connection in use. Its queries run one after another; after a failure that ends the connection, none runs. */
export class Connection {
  /** Kysely on this connection only. */
  readonly tables: Kysely<unknown>
  readonly #client: PoolClient
  readonly #answerMs: number
  #failure: unknown
  #broken = false
  /** Queries that are sent and not answered. */
  #open = 0

  /** `answerMs`: time limit for an answer. */
  constructor(client: PoolClient, answerMs: number) {
    this.#client = client
    this.#answerMs = answerMs
    const alone = { query: this.query.bind(this), release: () => {} }
    this.tables = kyselyOn(async () => alone)
  }

  /** The first failure since it was taken from the pool, as the database gave it. */
  get failure(): unknown {
    return this.#failure
  }

  lent(): void {
    this.#failure = undefined
  }

  async query(sql: string, parameters?: readonly unknown[]): Promise<QueryResult> {
    if (this.#broken) throw translated(this.#failure)
    // A query waits for those before it: many together may take longer, each of them no longer.
    const timeout = this.#answerMs * (1 + Math.floor(this.#open / manyQueries))
    this.#open += 1
    try {
      const values = parameters as unknown[]
      return await this.#client.query({ text: sql, values, query_timeout: timeout } as QueryConfig)
    } catch (error) {
      this.#failure ??= error
      if (isLost(error)) this.#broken = true
      throw translated(isAfterFailure(error) ? this.#failure : error)
    } finally {
      this.#open -= 1
    }
  }

  async begin(lock: string): Promise<void> {
    await this.query(`BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE; SELECT pg_advisory_xact_lock(${lock})`)
  }

  /** Rejects with the first failure if the server rolled the transaction back instead. */
  async commit(): Promise<void> {
    const { command } = await this.query('COMMIT')
    if (command === 'ROLLBACK') throw translated(this.#failure)
  }

  /** Rolls back. Never rejects: if it fails, the connection is closed and the server rolls back. */
  async rollBack(): Promise<void> {
    if (this.#broken) return
    await this.query('ROLLBACK').catch(() => {
      this.#broken = true
    })
  }

  release(): void {
    this.#client.release(this.#broken)
  }
}
