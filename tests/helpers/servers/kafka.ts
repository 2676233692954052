import { randomBytes } from 'node:crypto'
import { cpSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Cleanup } from '#deploy/servers/cleanup.ts'
import { freePort } from '#deploy/servers/free-port.ts'
import { type ServerProcess, serverFolder, startServerProcess } from '#deploy/servers/server-process.ts'
import { allStarted } from './cleanup.ts'
import { kafkaFolder } from './installed.ts'
import { startKafkaContainer } from './kafka-container.ts'
import { knownBrokers } from './kafka-metadata.ts'
import { type KafkaNode, kafkaProperties } from './kafka-properties.ts'
import {
  checkpointWithUsers,
  type KafkaSecurity,
  type SecuredListener,
  securedListeners,
  securitySettings
} from './kafka-security.ts'
import { mustBeInstalled } from './needs.ts'
import { noteServer, type PlaceOptions, runsInContainer } from './place.ts'

export interface KafkaOptions extends PlaceOptions {
  /** Three brokers keep every partition three times, and acknowledge what two of them have. */
  readonly brokers?: 1 | 3
  /** Settings of the brokers, in addition to those of `kafka-properties.ts` or replacing them. */
  readonly settings?: Readonly<Record<string, string>>
  /** Lets each broker also offer the listeners of `kafka-security.ts`. */
  readonly security?: KafkaSecurity
  /** `[::1]` for brokers that have no IPv4 address; never in a container. */
  readonly host?: '127.0.0.1' | '[::1]'
  /** Levels of loggers that say more than warnings; never in a container. */
  readonly logs?: Readonly<Record<string, 'info' | 'debug'>>
  /** Variables of a broker's process. */
  readonly environmentOf?: (id: number) => Readonly<Record<string, string>>
  /** Called with a broker's folder while it is empty; gives what undoes it, called when the broker has ended. */
  readonly prepareFolder?: (folder: string, id: number) => (() => void) | undefined
}

export interface KafkaBroker extends Pick<ServerProcess, 'pid' | 'stop' | 'kill'> {
  /** Its id in partitions: 1, 2, 3. */
  readonly id: number
  /** `host:port`. */
  readonly address: string
  /** Folder of its partitions, one folder each. Throws in a container. */
  readonly data: string
  /** The file of what it says. Throws in a container. */
  readonly log: string
  /** Addresses of the secured listeners, if any. */
  readonly secured: Readonly<Record<SecuredListener, string>>
  /** Pauses it: connections stay open and nothing answers. */
  freeze(): Promise<void>
  thaw(): Promise<void>
  /** Starts it again with its data, after `stop` or `kill`; resolves when it is part of the cluster. */
  start(): Promise<void>
}

export interface Kafka {
  /** Addresses for a client. */
  readonly bootstrap: readonly string[]
  readonly brokers: readonly KafkaBroker[]
}

/**
 * Starts empty brokers of Apache Kafka for a suite (in `before`) or one test; stopped and removed after it.
 * Topics are not created automatically. Starting brokers is expensive, sharing them is not: give each test
 * its own topic and group.
 */
export async function startKafka(t: Cleanup, options: KafkaOptions = {}): Promise<Kafka> {
  const { brokers: count = 1, security, host = '127.0.0.1' } = options
  if (count === 1 && !security && runsInContainer('kafka', options)) {
    return startKafkaContainer(t, options.settings)
  }
  mustBeInstalled('kafka')
  noteServer('kafka')
  const brokers: KafkaBroker[] = []
  const undo: (() => void)[] = []
  const folder = serverFolder(t, async () => {
    await Promise.all(brokers.map(({ kill }) => kill()))
    for (const one of undo) one()
  })
  const nodes = await Promise.all(
    Array.from({ length: count }, (_, index) => nodeOf(index + 1, folder, { host, security }))
  )
  const cluster = randomBytes(16).toString('base64url')
  const checkpoint = security
    ? checkpointWithUsers(security, join(folder, 'users'))
    : join(kafkaFolder, 'formatted', 'bootstrap.checkpoint')
  writeFileSync(join(folder, 'log4j2.properties'), logging(options.logs))
  for (const node of nodes) {
    mkdirSync(node.data)
    const undoOne = options.prepareFolder?.(node.data, node.id)
    if (undoOne) undo.push(undoOne)
    format(node, cluster, checkpoint)
    const settings = { ...node.settings, ...options.settings }
    writeFileSync(`${node.data}.properties`, kafkaProperties(node, nodes, settings))
  }
  brokers.push(...nodes.map((node) => brokerOf(node, nodes.length, folder, options)))
  await allStarted(brokers.map(({ start }) => start()))
  return { brokers, bootstrap: brokers.map(({ address }) => address) }
}

interface Node extends KafkaNode {
  readonly secured: Readonly<Record<SecuredListener, string>>
  readonly settings: Readonly<Record<string, string>>
}

async function nodeOf(
  id: number,
  folder: string,
  { host, security }: { readonly host: string; readonly security: KafkaSecurity | undefined }
): Promise<Node> {
  const ports = Object.fromEntries(
    await Promise.all(securedListeners.map(async (name) => [name, await freePort()] as const))
  ) as Record<SecuredListener, number>
  const secured = Object.fromEntries(
    securedListeners.map((name) => [name, `127.0.0.1:${ports[name]}`])
  ) as Record<SecuredListener, string>
  return {
    id,
    host,
    port: await freePort(),
    controllerPort: await freePort(),
    data: join(folder, `broker-${id}`),
    secured,
    ...(security ? securitySettings(security, ports, folder) : { listeners: [], settings: {} })
  }
}

/**
 * Does what `kafka.tools.StorageTool format` does, but faster: the file that is the same for every broker
 * was stored at the installation.
 */
function format({ id, data }: Node, cluster: string, checkpoint: string): void {
  cpSync(checkpoint, join(data, 'bootstrap.checkpoint'))
  const directory = randomBytes(16).toString('base64url')
  const meta = [`version=1`, `cluster.id=${cluster}`, `node.id=${id}`, `directory.id=${directory}`]
  writeFileSync(join(data, 'meta.properties'), `${meta.join('\n')}\n`)
}

function brokerOf(
  { id, host, port, data, secured }: Node,
  count: number,
  folder: string,
  { environmentOf }: KafkaOptions
): KafkaBroker {
  let running: ServerProcess | undefined
  let isFirst = true
  const log = `${data}.log`
  const alive = (): ServerProcess => {
    if (!running) throw new TypeError(`broker ${id} is not running`)
    return running
  }
  return {
    id,
    address: `${host}:${port}`,
    data,
    log,
    secured,
    get pid() {
      return alive().pid
    },
    freeze: async () => alive().freeze(),
    thaw: async () => alive().thaw(),

    async start() {
      running = await startServerProcess({
        command: ['java', ...javaOptions(folder), 'kafka.Kafka', `${data}.properties`],
        ...(environmentOf === undefined ? {} : { environment: environmentOf(id) }),
        folder,
        log,
        async isReady(signal) {
          const known = await knownBrokers(port, signal, host.replaceAll(/[[\]]/g, ''))
          return isFirst ? known.length === count : known.includes(id)
        }
      })
      isFirst = false
    },

    async stop() {
      await running?.stop()
      running = undefined
    },

    async kill() {
      await running?.kill()
      running = undefined
    }
  }
}

function javaOptions(folder: string): readonly string[] {
  return [
    '-Xmx400m',
    '-XX:TieredStopAtLevel=1',
    '-XX:+UseSerialGC',
    `-Dlog4j2.configurationFile=${join(folder, 'log4j2.properties')}`,
    '-cp',
    join(kafkaFolder, 'libs', '*')
  ]
}

function logging(levels: KafkaOptions['logs'] = {}): string {
  const loggers = Object.entries(levels).flatMap(([name, level], index) => [
    `logger.${index}.name = ${name}`,
    `logger.${index}.level = ${level}`
  ])
  return [...loggers, loggingOfAll].join('\n')
}

const loggingOfAll = `
appender.out.type = Console
appender.out.name = out
appender.out.layout.type = PatternLayout
appender.out.layout.pattern = %d{HH:mm:ss.SSS} %p %c{1}: %m%n
rootLogger.level = warn
rootLogger.appenderRef.out.ref = out
`
