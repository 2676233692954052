import { createHash } from 'node:crypto'
import type { Kysely } from 'kysely'
import { BusError } from '#protocol/errors/bus-error.ts'
import { retry } from '#protocol/timing/retry.ts'
import type { Logger } from '../../telemetry/logger.ts'
import type { Store, StoreTransaction, Tables, TablesOfPart, TransactionOptions } from '../store.ts'
import { loadClientSettings } from './client-settings.ts'
import { type Connection, type Connections, kyselyOn, openConnections } from './connections.ts'
import { migrate } from './migrate.ts'
import type { PostgresConfig } from './postgres-config.ts'
import { isConflict, isOfValues, unavailableBy } from './postgres-faults.ts'

export interface PostgresStoreOptions {
  readonly config: PostgresConfig
  readonly parts: readonly TablesOfPart[]
  readonly logger: Logger
}

/**
 * Opens the store and migrates its tables. Rejects with `BUS_CONFIG_INVALID`, or with
 * `BUS_STORE_UNAVAILABLE` if the database cannot be used now.
 */
export async function openPostgresStore({ config, parts, logger }: PostgresStoreOptions): Promise<Store> {
  const settings = await loadClientSettings(config)
  await migrate(settings, parts)
  const connections = { settings, logger, timeoutMs: config.timeoutMs }
  // Separate pools, so that readers and writers never wait for each other.
  return new PostgresStore(openConnections({ ...connections, most: config.readConnections }), () =>
    openConnections({ ...connections, most: 1 })
  )
}

const tries = 5
const retryMs = 20

interface Lane {
  /**
   * A lane has one connection, for the one transaction that runs in it. From a shared pool it would wait
   * for other lanes.
   */
  readonly writer: Connections
  tail: Promise<unknown>
  /** When the database last failed to start a transaction. */
  failedAt: number
  failure: unknown
}

class PostgresStore implements Store {
  readonly #readers: Connections
  readonly #openWriter: () => Connections
  readonly #reading: Kysely<unknown>
  readonly #lanes = new Map<string, Lane>()
  #closing: Promise<void> | undefined

  constructor(readers: Connections, openWriter: () => Connections) {
    this.#readers = readers
    this.#openWriter = openWriter
    this.#reading = kyselyOn(() => readers.connect())
  }

  reader<T>(): Tables<T> {
    return this.#reading as Tables<T>
  }

  transaction<T>(
    work: (transaction: StoreTransaction) => Promise<T>,
    { lane: name = '' }: TransactionOptions = {}
  ): Promise<T> {
    if (this.#closing) return Promise.reject(new BusError('BUS_STORE_UNAVAILABLE', 'store-closed'))
    const lane = this.#laneOf(name)
    const arrivedAt = performance.now()
    const mine = lane.tail.then(() => {
      // Work that queued before the database was found unavailable fails at once, instead of trying in turn.
      if (lane.failedAt > arrivedAt) throw lane.failure
      return this.#run(work, name, lane)
    })
    lane.tail = mine.catch(() => {})
    return mine
  }

  #laneOf(name: string): Lane {
    const lane = this.#lanes.get(name) ?? {
      writer: this.#openWriter(),
      tail: Promise.resolve(),
      failedAt: 0,
      failure: undefined
    }
    this.#lanes.set(name, lane)
    return lane
  }

  refuses(error: unknown): boolean {
    return isOfValues(error)
  }

  close(): Promise<void> {
    this.#closing ??= this.#close()
    return this.#closing
  }

  async #close(): Promise<void> {
    const lanes = [...this.#lanes.values()]
    await Promise.all(lanes.map(({ tail }) => tail))
    await Promise.all([this.#readers, ...lanes.map(({ writer }) => writer)].map((one) => one.close()))
  }

  async #run<T>(work: (transaction: StoreTransaction) => Promise<T>, name: string, lane: Lane): Promise<T> {
    let isConflicting = false
    const attempt = async (): Promise<T> => {
      isConflicting = false
      const connection = await this.#begin(name, lane)
      try {
        const result = await work({ tables: <U>() => connection.tables as Tables<U> })
        await connection.commit()
        return result
      } catch (error) {
        await connection.rollBack()
        isConflicting = isConflict(connection.failure)
        throw isConflicting ? unavailableBy(error) : error
      } finally {
        connection.release()
      }
    }
    const waitMs = () => (isConflicting ? retryMs * (1 + Math.random()) : undefined)
    return retry(attempt, { waitMs, tries })
  }

  async #begin(name: string, lane: Lane): Promise<Connection> {
    let connection: Connection | undefined
    try {
      connection = await lane.writer.connect()
      await connection.begin(lockOf(name))
      return connection
    } catch (error) {
      await connection?.rollBack()
      connection?.release()
      lane.failedAt = performance.now()
      lane.failure = error
      throw error
    }
  }
}

const lockClass = 0x4c54

/** The advisory lock of a lane's writers, as `class, object`. */
function lockOf(lane: string): string {
  return `${lockClass}, ${createHash('sha256').update(lane).digest().readInt32BE(0)}`
}
