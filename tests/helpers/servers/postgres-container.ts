import type { Cleanup } from '#deploy/servers/cleanup.ts'
import { startContainerOnFreePort } from './container.ts'
import {
  answers,
  ask,
  newDatabase,
  type PostgresOptions,
  type PostgresServer,
  settingWords
} from './postgres-server.ts'

export async function startPostgresContainer(t: Cleanup, options: PostgresOptions): Promise<PostgresServer> {
  const { port, container } = await startContainerOnFreePort(t, 'postgresql', (port) => ({
    ports: { container: 5432, host: port },
    environment: {
      POSTGRES_USER: 'postgres',
      POSTGRES_HOST_AUTH_METHOD: 'trust',
      POSTGRES_INITDB_ARGS: '--encoding=UTF8 --locale=C.UTF-8 --no-sync'
    },
    words: settingWords(options),
    isReady: () => answers(port)
  }))
  return {
    port,
    get folder(): never {
      throw new TypeError('the files of this server are in a container: start it with asProcess')
    },
    newDatabase: (how = '') => newDatabase(port, how),
    ask,
    stop: (signal = 'SIGINT') => container.end(signal),
    async start(settings = []) {
      if (settings.length > 0) throw new TypeError('other settings need a process: start it with asProcess')
      await container.start()
    },
    signal: (signal) => (signal === 'SIGSTOP' ? container.freeze() : container.thaw())
  }
}
