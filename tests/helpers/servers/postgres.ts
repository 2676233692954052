import { before, describe } from 'node:test'
import type { Cleanup } from '#deploy/servers/cleanup.ts'
import type { PostgresConfig } from '#engines/store/postgres/postgres-config.ts'
import { afterSuite } from './cleanup.ts'
import { needs, needsProcesses } from './needs.ts'
import { runsInContainer } from './place.ts'
import { startPostgresContainer } from './postgres-container.ts'
import { startPostgresProcess } from './postgres-process.ts'
import type { PostgresOptions, PostgresServer } from './postgres-server.ts'

/** Starts a server without databases for a suite (in `before`) or one test; stopped and removed after it. */
export function startPostgres(t: Cleanup, options: PostgresOptions = {}): Promise<PostgresServer> {
  const isContainer = runsInContainer('postgresql', options)
  return isContainer ? startPostgresContainer(t, options) : startPostgresProcess(t, options)
}

/** A suite with its own PostgreSQL server; reports by name if none is installed. */
export function describeOnPostgres(
  title: string,
  suite: (server: PostgresServer) => void,
  options: PostgresOptions = {}
): void {
  const needed = options.asProcess ? needsProcesses('postgresql') : needs('postgresql')
  describe(title, needed, () => {
    const cleanup = afterSuite()
    let running: PostgresServer | undefined
    before(async () => {
      running = await startPostgres(cleanup, options)
    })
    suite(
      startedLater(() => {
        if (!running) throw new TypeError('the server runs from `before` on')
        return running
      })
    )
  })
}

/** The same for tests that need its files or its processes. */
export function describeOnPostgresProcess(title: string, suite: (server: PostgresServer) => void): void {
  describeOnPostgres(title, suite, { asProcess: true })
}

function startedLater(server: () => PostgresServer): PostgresServer {
  return {
    get port() {
      return server().port
    },
    get folder() {
      return server().folder
    },
    newDatabase: (options) => server().newDatabase(options),
    ask: (url, sql) => server().ask(url, sql),
    stop: (signal) => server().stop(signal),
    start: (settings) => server().start(settings),
    signal: (signal) => server().signal(signal)
  }
}

/** Settings for a database, from its URL. */
export function postgresConfig(url: string, changes: Partial<PostgresConfig> = {}): PostgresConfig {
  return { url, readConnections: 4, timeoutMs: 2000, ...changes }
}
