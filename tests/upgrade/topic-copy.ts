import { randomUUID } from 'node:crypto'
import { activityTopic } from '#engines/event-log/activity-topic.ts'
import { createKafkaClient } from '#engines/event-log/kafka/connect.ts'
import type { KafkaConfig } from '#engines/event-log/kafka/kafka-config.ts'
import { applyTopics } from '#engines/event-log/kafka/topics.ts'
import { createLogger } from '#engines/telemetry/logger.ts'
import { topicsOf } from '#runtime/topics.ts'

/** A record of a topic; bytes in Base64. */
export interface CopiedRecord {
  readonly topic: string
  readonly partition: number
  readonly key: string | null
  readonly value: string | null
  readonly headers: Readonly<Record<string, string>>
  readonly timestamp: string
}

const logger = createLogger({ level: 'silent' })
const base64 = (bytes: Buffer | string): string => Buffer.from(bytes).toString('base64')
const bytesOf = (text: string | null): Buffer | null => (text === null ? null : Buffer.from(text, 'base64'))

/** Every record of a log, by partition in order. Topics are named without their namespace. */
export async function copyTopics(config: KafkaConfig): Promise<readonly CopiedRecord[]> {
  const kafka = createKafkaClient(config, logger)
  const names = [...new Set([activityTopic, ...topicsOf()])].map((topic) => config.namespace + topic)
  const admin = kafka.admin()
  await admin.connect()
  let left = 0
  for (const name of names) {
    for (const { low, high } of await admin.fetchTopicOffsets(name)) left += Number(high) - Number(low)
  }
  await admin.disconnect()
  const records: CopiedRecord[] = []
  const done = Promise.withResolvers<void>()
  const consumer = kafka.consumer({ groupId: randomUUID() })
  await consumer.connect()
  await consumer.subscribe({ topics: names, fromBeginning: true })
  await consumer.run({
    autoCommit: false,
    eachMessage: async ({ topic, partition, message: { key, value, headers = {}, timestamp } }) => {
      records.push({
        ...{ topic: topic.slice(config.namespace.length), partition, timestamp },
        key: key && base64(key),
        value: value && base64(value),
        headers: Object.fromEntries(
          Object.entries(headers).map(([name, text]) => [name, base64(String(text))])
        )
      })
      if (records.length === left) done.resolve()
    }
  })
  await done.promise
  await consumer.disconnect()
  return records
}

/** Makes the topics of a log, with the records of its copy. */
export async function loadTopics(config: KafkaConfig, records: readonly CopiedRecord[]): Promise<void> {
  const kafka = createKafkaClient(config, logger)
  const admin = kafka.admin()
  await admin.connect()
  // Made by hand: a new activity topic would begin with the identity of another log.
  await admin.createTopics({
    waitForLeaders: true,
    topics: [
      {
        topic: config.namespace + activityTopic,
        numPartitions: config.partitions,
        replicationFactor: config.replication,
        configEntries: Object.entries({
          'cleanup.policy': 'delete',
          'max.message.bytes': '2228224',
          'min.insync.replicas': String(config.minInSyncReplicas),
          'retention.ms': '-1',
          'unclean.leader.election.enable': 'false'
        }).map(([name, value]) => ({ name, value }))
      }
    ]
  })
  await admin.disconnect()
  await produce(config, records, (topic) => topic === activityTopic)
  await applyTopics({ kafka, config, topics: topicsOf() })
  await produce(config, records, (topic) => topic !== activityTopic)
}

async function produce(
  config: KafkaConfig,
  records: readonly CopiedRecord[],
  isMeant: (topic: string) => boolean
): Promise<void> {
  const producer = createKafkaClient(config, logger).producer({ allowAutoTopicCreation: false })
  await producer.connect()
  for (const { topic, key, value, headers, ...place } of records.filter(({ topic }) => isMeant(topic))) {
    const bytes = Object.entries(headers).map(([name, text]) => [name, Buffer.from(text, 'base64')])
    const message = { ...place, key: bytesOf(key), value: bytesOf(value), headers: Object.fromEntries(bytes) }
    await producer.send({ topic: config.namespace + topic, acks: -1, messages: [message] })
  }
  await producer.disconnect()
}
