import { Client, type ClientConfig } from 'pg'
import { backoffMs, pause } from '#protocol/timing/retry.ts'
import type { Notice, Relay } from '../../signals/relay.ts'
import type { Logger } from '../../telemetry/logger.ts'
import { limitedSettings } from './ask-database.ts'
import { noticeOf, payloadsOf } from './notice-payloads.ts'
import type { PostgresConfig } from './postgres-config.ts'

export interface PostgresRelayOptions {
  readonly config: PostgresConfig
  readonly logger: Logger
}

/**
 * A relay over LISTEN and NOTIFY, on a connection of its own, which it reopens after a failure. Rejects
 * only with `BUS_CONFIG_INVALID`.
 */
export async function openPostgresRelay({ config, logger }: PostgresRelayOptions): Promise<Relay> {
  return new PostgresRelay(await limitedSettings(config), logger)
}

const channel = 'lienthong'
/** A query at this interval finds a connection that died silently. */
const heartbeatMs = 2000
const retryWaits = { firstMs: 100, lastMs: 1000 }
/** If more names than this wait to be sent, every waiter is told to look instead. */
const mostNames = 10_000

class PostgresRelay implements Relay {
  readonly #settings: ClientConfig
  readonly #logger: Logger
  readonly #listeners: ((notice: Notice) => void)[] = []
  readonly #closing = new AbortController()
  readonly #running: Promise<void>
  #unsaid = new Set<string>()
  /** Resolves the wait for the next name to send. */
  #wake: () => void = () => {}

  constructor(settings: ClientConfig, logger: Logger) {
    this.#settings = settings
    this.#logger = logger
    this.#running = this.#run()
  }

  publish(names: Iterable<string>): void {
    for (const name of names) this.#unsaid.add(name)
    this.#wake()
  }

  onNotice(listener: (notice: Notice) => void): void {
    this.#listeners.push(listener)
  }

  close(): Promise<void> {
    this.#closing.abort()
    this.#wake()
    return this.#running
  }

  get #isClosed(): boolean {
    return this.#closing.signal.aborted
  }

  async #run(): Promise<void> {
    let failures = 0
    while (!this.#isClosed) {
      const client = new Client(this.#settings)
      const lost = new AbortController()
      client.on('error', () => lost.abort())
      client.on('end', () => lost.abort())
      lost.signal.addEventListener('abort', () => this.#wake())
      try {
        await this.#listen(client)
        failures = 0
        await this.#speak(client, lost.signal)
      } catch (error) {
        this.#logger.warn(
          { err: error },
          'PostgreSQL LISTEN connection lost: changes by other processes arrive later; reconnecting within 1 s'
        )
      } finally {
        await client.end().catch(() => {})
      }
      await pause(backoffMs(failures, retryWaits), this.#closing)
      failures += 1
    }
  }

  async #listen(client: Client): Promise<void> {
    await client.connect()
    client.on('notification', ({ processId, payload }) => {
      if (processId !== ownId) this.#tell(noticeOf(payload))
    })
    const { rows } = await client.query('SELECT pg_backend_pid() AS id')
    const ownId = rows[0]?.id
    await client.query(`LISTEN ${channel}`)
    this.#tell('missed') // Notifications sent before LISTEN are not delivered.
  }

  /** Sends names as they come, and a query now and then to test the connection. Returns when closed or lost. */
  async #speak(client: Client, lost: AbortSignal): Promise<void> {
    while (!lost.aborted && (!this.#isClosed || this.#unsaid.size > 0)) {
      const names = this.#unsaid
      this.#unsaid = new Set()
      try {
        if (names.size === 0) await client.query('SELECT 1')
        for (const payload of payloadsOf(names, mostNames)) {
          await client.query('SELECT pg_notify($1, $2)', [channel, payload])
        }
      } catch (error) {
        this.#unsaid = new Set([...names, ...this.#unsaid])
        throw error
      }
      await this.#nextOrHeartbeat(lost)
    }
  }

  async #nextOrHeartbeat(lost: AbortSignal): Promise<void> {
    if (this.#unsaid.size > 0 || this.#isClosed || lost.aborted) return
    const { promise, resolve } = Promise.withResolvers<void>()
    const timer = setTimeout(resolve, heartbeatMs)
    this.#wake = resolve
    await promise
    clearTimeout(timer)
  }

  #tell(notice: Notice): void {
    for (const listener of this.#listeners) listener(notice)
  }
}
