import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { collectCleanups } from '#deploy/servers/cleanup.ts'
import { createKafkaClient, type KafkaClient } from '#engines/event-log/kafka/connect.ts'
import type { KafkaConfig } from '#engines/event-log/kafka/kafka-config.ts'
import { createLogger } from '#engines/telemetry/logger.ts'
import { prepareEngines } from '../../helpers/engine-sets.ts'
import { allStarted } from '../../helpers/servers/cleanup.ts'
import { type Kafka, type KafkaOptions, startKafka } from '../../helpers/servers/kafka.ts'
import { startPostgres } from '../../helpers/servers/postgres.ts'
import type { PostgresServer } from '../../helpers/servers/postgres-server.ts'
import { startVersityGateway } from '../../helpers/servers/versitygw.ts'

/** Three brokers, a database and an object store of the run's own, with all that a bus on them needs. */
export interface Servers {
  readonly kafka: Kafka
  readonly postgres: PostgresServer
  /** A client of the cluster beside the bus. */
  readonly client: KafkaClient
  readonly config: KafkaConfig
  readonly databaseUrl: string
  /** The lienthong.yaml of every process. */
  readonly configFile: string
  end(): Promise<void>
}

export interface ServersOptions {
  readonly kafka?: Omit<KafkaOptions, 'brokers'>
  /** How the bus reaches the brokers, where not by their plain listeners. */
  readonly accessTo?: (kafka: Kafka) => Parameters<typeof prepareEngines>[2]
}

export async function startServers(
  folder: string,
  publicUrl: string,
  { kafka: kafkaOptions, accessTo }: ServersOptions = {}
): Promise<Servers> {
  const cleanup = collectCleanups()
  const { end } = cleanup
  try {
    const [kafka, postgres, s3] = await allStarted([
      startKafka(cleanup, { ...kafkaOptions, brokers: 3 }),
      startPostgres(cleanup, { fsync: true }),
      startVersityGateway(cleanup)
    ])
    mkdirSync(join(folder, 'keys'), { recursive: true })
    const settings = await prepareEngines({ kafka, postgres, s3 }, folder, accessTo?.(kafka))
    const configFile = join(folder, 'lienthong.yaml')
    const gateway = { publicUrl }
    writeFileSync(configFile, JSON.stringify({ ...settings, gateway, data: { folder } }), { mode: 0o600 })
    const { kafka: config } = settings.eventLog as { readonly kafka: KafkaConfig }
    const { postgres: database } = settings.store as { readonly postgres: { readonly url: string } }
    const client = createKafkaClient(config, createLogger({ level: 'silent' }))
    return { kafka, postgres, client, config, databaseUrl: database.url, configFile, end }
  } catch (error) {
    await end()
    throw error
  }
}
