import { randomUUID } from 'node:crypto'
import { before } from 'node:test'
import type { EventLog } from '#engines/event-log/event-log.ts'
import { createKafkaClient } from '#engines/event-log/kafka/connect.ts'
import type { KafkaConfig } from '#engines/event-log/kafka/kafka-config.ts'
import { openKafkaEventLog } from '#engines/event-log/kafka/kafka-event-log.ts'
import { reservationTables } from '#engines/event-log/kafka/reservation-tables.ts'
import { applyTopics } from '#engines/event-log/kafka/topics.ts'
import { openSqliteStore } from '#engines/store/sqlite/sqlite-store.ts'
import { createLogger } from '#engines/telemetry/logger.ts'
import { eventLogContract } from '../../contracts/event-log.contract.ts'
import { afterSuite } from '../../helpers/servers/cleanup.ts'
import { type Kafka, startKafka } from '../../helpers/servers/kafka.ts'
import { temporaryFolder } from '../../helpers/temporary-folder.ts'

const topics = ['lienthong.document', 'lienthong.t0', 'lienthong.t1', 'lienthong.t2']
const logger = createLogger({ level: 'silent' })
const suite = afterSuite()
let kafka: Kafka

before(async () => {
  kafka = await startKafka(suite)
})

function configOf(namespace: string): KafkaConfig {
  return {
    brokers: [...kafka.bootstrap],
    clientId: 'test',
    namespace,
    partitions: 6,
    replication: 1,
    minInSyncReplicas: 1,
    retentionDays: 30,
    compression: 'zstd'
  }
}

eventLogContract('kafka', async (t) => {
  const folder = temporaryFolder(t)
  const config = configOf(`${randomUUID()}.`)
  await applyTopics({ kafka: createKafkaClient(config, logger), config, topics })
  const store = openSqliteStore({ folder, parts: [reservationTables], onFatal: () => {} })
  t.after(() => store.close())
  const open = (): Promise<EventLog> => openKafkaEventLog({ config, topics, store, logger, now: Date.now })
  const log = await open()
  t.after(() => log.close())
  return { log, reopen: open }
})
