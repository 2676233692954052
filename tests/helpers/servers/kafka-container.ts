import type { Cleanup } from '#deploy/servers/cleanup.ts'
import { startContainerOnFreePort } from './container.ts'
import { knownBrokers } from './kafka-metadata.ts'
import { kafkaSettings } from './kafka-properties.ts'

const id = 1
/** In the container, where nothing else listens. */
const controllerPort = 9_093

/** One broker in a container, with the settings of one that runs as a process. */
export async function startKafkaContainer(t: Cleanup, settings: Readonly<Record<string, string>> = {}) {
  const { port, container } = await startContainerOnFreePort(t, 'kafka', (port) => ({
    ports: { container: port, host: port },
    environment: environmentFor(port, settings),
    isReady: async (signal) => (await knownBrokers(port, signal)).length === 1
  }))
  const address = `127.0.0.1:${port}`
  const broker = {
    id,
    address,
    get data(): never {
      throw new TypeError('the files of this broker are in a container: start it with asProcess')
    },
    get log(): never {
      throw new TypeError('what this broker says is in a container: start it with asProcess')
    },
    get secured(): never {
      throw new TypeError('a broker in a container has no secured listeners')
    },
    get pid() {
      return container.pid
    },
    freeze: container.freeze,
    thaw: container.thaw,
    stop: () => container.end('SIGTERM'),
    kill: () => container.end('SIGKILL'),
    start: container.start
  }
  return { bootstrap: [address], brokers: [broker] }
}

function environmentFor(
  port: number,
  settings: Readonly<Record<string, string>>
): Readonly<Record<string, string>> {
  const node = { id, host: '127.0.0.1', port, controllerPort, data: '/tmp/kafka-data', listeners: [] }
  const all = kafkaSettings(node, [node], {
    // Its own address leads nowhere from outside of the container; what it tells clients is kept.
    listeners: `PLAINTEXT://:${port},CONTROLLER://127.0.0.1:${controllerPort}`,
    ...settings
  })
  return Object.fromEntries(
    Object.entries(all).map(([name, value]) => [`KAFKA_${name.toUpperCase().replaceAll('.', '_')}`, value])
  )
}
