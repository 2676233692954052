import { codecs } from '#engines/event-log/kafka/codecs.ts'
import { createKafkaClient } from '#engines/event-log/kafka/connect.ts'
import { openKafkaEventLog } from '#engines/event-log/kafka/kafka-event-log.ts'
import { reservationTables } from '#engines/event-log/kafka/reservation-tables.ts'
import { createSender } from '#engines/event-log/kafka/send-records.ts'
import { applyTopics } from '#engines/event-log/kafka/topics.ts'
import { partitionOf } from '#engines/event-log/partition.ts'
import { openPostgresStore } from '#engines/store/postgres/postgres-store.ts'
import { createLogger } from '#engines/telemetry/logger.ts'
import { kafkaConfig } from '#tests/helpers/kafka-log.ts'
import { postgresConfig } from '#tests/helpers/servers/postgres.ts'
import { openRawKafka } from '../baselines/raw-kafkajs.ts'
import { measureLanes } from '../lanes.ts'
import { makeRecords } from '../made-records.ts'
import type { Sample } from '../rounds.ts'

/**
 * `kafka-append.ts sender|log|raw COUNT BROKERS DATABASE`: single appends, 256 in flight, without and with
 * the repeat check; or kafkajs's own batches.
 */
const [, , side, count = '20000', brokers = '', database = ''] = process.argv
const topics = ['lienthong.document']
const inFlight = 256
const logger = createLogger({ level: 'error' })
const config = kafkaConfig(brokers.split(','), { partitions: 6, compression: 'none' })
const records = makeRecords(Number(count))
const client = createKafkaClient(config, logger)
const topic = `${config.namespace}${topics[0]}`
await applyTopics({ kafka: client, config, topics })
const sample = await { raw, sender, log }[side as 'raw' | 'sender' | 'log']()
process.stdout.write(JSON.stringify(sample))

async function raw(): Promise<Sample> {
  const batches = Array.from({ length: records.length / 100 }, (_unused, at) =>
    records.slice(at * 100, at * 100 + 100)
  )
  const { append, close } = await openRawKafka(config.brokers, topic)
  const { rate, cpuMicros } = await measureLanes(batches, 1, append)
  await close()
  return { rate: rate * 100, cpuMicros: cpuMicros / 100 }
}

async function sender(): Promise<Sample> {
  const { send, close } = createSender(client, codecs[config.compression])
  const measured = await measureLanes(records, inFlight, (record) =>
    send({ topic, partition: partitionOf(record.key, config.partitions) }, [record])
  )
  await close()
  return measured
}

async function log(): Promise<Sample> {
  const store = await openPostgresStore({
    config: postgresConfig(database),
    parts: [reservationTables],
    logger
  })
  const opened = await openKafkaEventLog({
    config,
    topics,
    store,
    logger,
    now: Date.now
  })
  const measured = await measureLanes(records, inFlight, (record) => opened.append([record]))
  await opened.close()
  await store.close()
  return measured
}
