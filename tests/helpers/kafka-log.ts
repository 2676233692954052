import { randomUUID } from 'node:crypto'
import type { TestContext } from 'node:test'
import type { EventLog, LogRecord } from '#engines/event-log/event-log.ts'
import { createKafkaClient } from '#engines/event-log/kafka/connect.ts'
import type { KafkaConfig } from '#engines/event-log/kafka/kafka-config.ts'
import { openKafkaEventLog } from '#engines/event-log/kafka/kafka-event-log.ts'
import { reservationTables } from '#engines/event-log/kafka/reservation-tables.ts'
import { applyTopics } from '#engines/event-log/kafka/topics.ts'
import { openSqliteStore } from '#engines/store/sqlite/sqlite-store.ts'
import { createLogger } from '#engines/telemetry/logger.ts'
import { temporaryFolder } from './temporary-folder.ts'

const logger = createLogger({ level: 'silent' })
const topics = ['lienthong.document']

/** Settings for a cluster of one broker, with topics for this test only. */
export function kafkaConfig(brokers: readonly string[], changes: Partial<KafkaConfig> = {}): KafkaConfig {
  return {
    brokers: [...brokers],
    clientId: 'test',
    namespace: `${randomUUID()}.`,
    partitions: 1,
    replication: 1,
    minInSyncReplicas: 1,
    retentionDays: 30,
    compression: 'zstd',
    ...changes
  }
}

/** Creates the topic `lienthong.document` and opens the log on it; closed after the test. */
export async function openKafkaLog(t: TestContext, config: KafkaConfig): Promise<EventLog> {
  await applyTopics({ kafka: createKafkaClient(config, logger), config, topics })
  const store = openSqliteStore({
    folder: temporaryFolder(t),
    parts: [reservationTables],
    onFatal: () => {}
  })
  t.after(() => store.close())
  const log = await openKafkaEventLog({
    config,
    topics,
    store,
    logger,
    now: Date.now
  })
  t.after(() => log.close())
  return log
}

/** The log's first records, in the order of their shards. */
export async function readRecords(
  t: TestContext,
  log: EventLog,
  count: number
): Promise<readonly LogRecord[]> {
  const records: LogRecord[] = []
  const enough = Promise.withResolvers<void>()
  const subscription = log.read({
    group: randomUUID(),
    positionOf: async () => 0,
    reader: async (batch) => {
      records.push(...batch)
      if (records.length >= count) enough.resolve()
    },
    onState: () => {}
  })
  t.after(() => subscription.close())
  await enough.promise
  return records
}
