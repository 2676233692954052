import { randomUUID } from 'node:crypto'
import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { before, describe } from 'node:test'
import { createKafkaClient } from '#engines/event-log/kafka/connect.ts'
import type { KafkaConfig } from '#engines/event-log/kafka/kafka-config.ts'
import { applyTopics } from '#engines/event-log/kafka/topics.ts'
import { createLogger } from '#engines/telemetry/logger.ts'
import { keyFiles, keyIn } from '#runtime/keyring.ts'
import { topicsOf } from '#runtime/topics.ts'
import { afterSuite, allStarted } from './servers/cleanup.ts'
import { type Kafka, type KafkaOptions, startKafka } from './servers/kafka.ts'
import { needs } from './servers/needs.ts'
import { startPostgres } from './servers/postgres.ts'
import type { PostgresServer } from './servers/postgres-server.ts'
import { startVersityGateway, type VersityGateway } from './servers/versitygw.ts'

/** Engines a bus runs on, for tests that run on each set of them. */
export interface EngineSet {
  readonly name: string
  /**
   * Prepares what a bus on this data folder needs, once, and returns the settings of lienthong.yaml that
   * select the engines.
   */
  settingsFor(folder: string): Promise<Readonly<Record<string, unknown>>>
  /** The same as flags of a command: a configuration file in the folder. */
  flagsFor(folder: string): Promise<readonly string[]>
}

/** Kafka, PostgreSQL and S3, running. */
export interface SharedServers {
  readonly kafka: Kafka
  readonly postgres: PostgresServer
  readonly s3: VersityGateway
}

/** Everything in one data folder, for tests of what does not depend on the engines. */
export const onOneMachine: EngineSet = {
  name: 'SQLite',
  settingsFor: async () => ({}),
  flagsFor: async () => []
}

/** Runs a suite on each set of engines; reports it by name if the servers are not installed. */
export function describeOnEngines(name: string, define: (engines: EngineSet) => void): void {
  describe(`${name}, on SQLite`, () => define(onOneMachine))
  describeOnServers(`${name}, on Kafka, PostgreSQL and S3`, {}, (_servers, engines) => define(engines))
}

/** A suite with its own servers. `servers` may be called once its tests run. */
export function describeOnServers(
  name: string,
  options: { readonly brokers?: KafkaOptions['brokers']; readonly fsync?: boolean },
  define: (servers: () => SharedServers, engines: EngineSet) => void
): void {
  describe(name, needs('kafka', 'postgresql', 'versitygw'), () => {
    const suite = afterSuite()
    let running: SharedServers | undefined
    const servers = (): SharedServers => {
      if (!running) throw new TypeError('the servers run from `before` on')
      return running
    }
    before(async () => {
      const { brokers = 1, fsync = false } = options
      const [kafka, postgres, s3] = await allStarted([
        startKafka(suite, { brokers }),
        startPostgres(suite, { fsync }),
        startVersityGateway(suite)
      ])
      running = { kafka, postgres, s3 }
    })
    define(servers, onServers(servers))
  })
}

function onServers(servers: () => SharedServers): EngineSet {
  const settings = new Map<string, Promise<Readonly<Record<string, unknown>>>>()
  const settingsFor: EngineSet['settingsFor'] = (folder) => {
    const known = settings.get(folder) ?? prepareEngines(servers(), folder)
    settings.set(folder, known)
    return known
  }
  return {
    name: 'Kafka, PostgreSQL and S3',
    settingsFor,
    async flagsFor(folder) {
      const file = join(folder, 'lienthong.yaml')
      const text = JSON.stringify(await settingsFor(folder)) // JSON is YAML.
      if (!existsSync(file)) writeFileSync(file, text, { mode: 0o600 })
      return ['--config', file]
    }
  }
}

/** New topics, a database, a bucket, and the keys that processes share. `access`: how brokers are reached. */
export async function prepareEngines(
  { kafka, postgres, s3 }: SharedServers,
  folder: string,
  access: Pick<KafkaConfig, 'tls' | 'sasl'> & Partial<Pick<KafkaConfig, 'brokers'>> = {}
): Promise<Readonly<Record<string, unknown>>> {
  const copies = kafka.brokers.length
  const config: KafkaConfig = {
    brokers: [...kafka.bootstrap],
    clientId: 'lienthong',
    namespace: `${randomUUID()}.`,
    partitions: 3,
    replication: copies,
    minInSyncReplicas: Math.min(copies, 2),
    retentionDays: 30,
    compression: 'zstd',
    ...access
  }
  const client = createKafkaClient(config, createLogger({ level: 'silent' }))
  const url = postgres.newDatabase()
  url.catch(() => {}) // Whatever fails first is told.
  await applyTopics({ kafka: client, config, topics: topicsOf() })
  const bucket = `b-${randomUUID()}`
  s3.makeBucket(bucket)
  const keys = keyFiles(folder)
  await Promise.all([keyIn(keys.bus, 'bus-1'), keyIn(keys.operator, 'operator-1')])
  return {
    eventLog: { kafka: config },
    store: { postgres: { url: await url } },
    attachments: {
      s3: {
        endpoint: s3.endpoint,
        region: s3.region,
        bucket,
        accessKeyId: s3.accessKeyId,
        secretAccessKey: s3.secretAccessKey
      }
    },
    trust: { busKeyFile: keys.bus, operatorKeyFile: keys.operator }
  }
}
