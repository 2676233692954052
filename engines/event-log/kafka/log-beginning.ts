import { randomUUID } from 'node:crypto'
import type { Consumer, EachMessagePayload, Kafka, KafkaMessage } from 'kafkajs'
import { BusError } from '#protocol/errors/bus-error.ts'
import { toBusRecord } from '#protocol/events/record.ts'
import { pause, retry } from '#protocol/timing/retry.ts'
import { activityTopic } from '../activity-topic.ts'
import { asAdmin, askMs, letGo } from './as-admin.ts'
import { codecs } from './codecs.ts'
import type { KafkaConfig } from './kafka-config.ts'
import { type Extent, shardOf } from './offsets.ts'
import { createSender, type Sendable } from './send-records.ts'
import { withTimeout } from './with-timeout.ts'

export interface LogBeginningOptions {
  readonly kafka: Kafka
  readonly config: Pick<KafkaConfig, 'namespace' | 'compression'>
}

/** The first records of a log. */
export interface LogBeginning {
  /** Identifies the log for ever: the UUID of its very first record. */
  readonly id: string
  /**
   * Number of records at the start that each name the log. More than one if several processes wrote one at
   * the same time; the first counts.
   */
  readonly records: number
}

/** The partition of the activity topic whose first record identifies the log. */
export const firstShard = shardOf(activityTopic, 0)

const type = 'bus.log-begun.v1'
const beginMs = 20_000
/**
 * Time limit for reading. A broker may keep a new group waiting for other members (3 s by default), and
 * creates an internal topic for the very first group.
 */
const readMs = 20_000
const retryMs = 200
const leaveMs = 5000

/** Writes the record that identifies the log if the partition is empty. Rejects with `BUS_LOG_UNAVAILABLE`. */
export async function beginLog(options: LogBeginningOptions): Promise<void> {
  const { kafka, config } = options
  const topic = config.namespace + activityTopic
  const sender = createSender(kafka, codecs[config.compression])
  const until = performance.now() + beginMs
  try {
    while ((await firstExtent(options))?.end === 0) {
      try {
        await sender.send({ topic, partition: 0 }, [toRecord(randomUUID(), new Date())])
      } catch (error) {
        if (performance.now() > until) throw error
        await pause(retryMs) // The record may be stored all the same: the loop looks again before it sends another.
      }
    }
  } finally {
    await sender.close()
  }
}

/**
 * Reads the record that identifies the log. Rejects with `BUS_LOG_UNAVAILABLE`, also if the topic is empty
 * or begins with another record.
 */
export async function readLogBeginning(options: LogBeginningOptions): Promise<LogBeginning> {
  const topic = options.config.namespace + activityTopic
  const extent = await firstExtent(options)
  if (!extent || extent.end === 0) throw refused('log-not-begun', topic)
  if (extent.start > 0) throw refused('log-begins-otherwise', topic)
  const messages = await readFirst(options, extent.end)
  const other = messages.findIndex((message) => headerOf(message, 'ce_type') !== type)
  const records = other < 0 ? messages.length : other
  const [first] = messages
  const id = first?.offset === '0' && records > 0 ? headerOf(first, 'ce_id') : ''
  if (id === '') throw refused('log-begins-otherwise', topic)
  return { id, records }
}

/** First and last offset of the first partition; undefined if there is no such topic. */
async function firstExtent({ kafka, config }: LogBeginningOptions): Promise<Extent | undefined> {
  const topic = config.namespace + activityTopic
  return asAdmin(kafka, async (admin) => {
    if (!(await withTimeout(admin.listTopics(), askMs)).includes(topic)) return undefined
    const found = await withTimeout(admin.fetchTopicOffsets(topic), askMs)
    const first = found.find(({ partition }) => partition === 0)
    return first && { start: Number(first.low), end: Number(first.high) }
  })
}

/** Retries: brokers that have just started reject groups for a moment. */
function readFirst(options: LogBeginningOptions, end: number): Promise<readonly KafkaMessage[]> {
  const waitMs = (error: unknown): number | undefined =>
    error instanceof BusError && error.fault === 'brokers-unavailable' ? retryMs : undefined
  return retry(() => tryReadFirst(options, end), { waitMs, longestMs: readMs })
}

/**
 * Reads the first partition up to its end or to a record of another type. kafkajs only reads in a group;
 * the group is deleted afterwards.
 */
async function tryReadFirst(
  { kafka, config: { namespace } }: LogBeginningOptions,
  end: number
): Promise<readonly KafkaMessage[]> {
  const groupId = `${namespace}lienthong.log-beginning.${randomUUID()}`
  const consumer = kafka.consumer({
    groupId,
    sessionTimeout: 6000,
    rebalanceTimeout: 15_000,
    heartbeatInterval: 1000,
    maxWaitTimeInMs: 50,
    maxBytesPerPartition: 65_536,
    allowAutoTopicCreation: false,
    retry: { initialRetryTime: 100, maxRetryTime: 1500, retries: 10, restartOnFailure: async () => false }
  })
  const messages: KafkaMessage[] = []
  const read = Promise.withResolvers<void>()
  const take = ({ partition, message }: EachMessagePayload): void => {
    if (partition !== 0) return
    messages.push(message)
    const isLast = headerOf(message, 'ce_type') !== type || Number(message.offset) + 1 >= end
    if (isLast) read.resolve()
  }
  consumer.on(consumer.events.CRASH, ({ payload }) => read.reject(payload.error))
  const beginning = begin(consumer, namespace + activityTopic, take)
  try {
    await withTimeout(Promise.all([beginning, read.promise]), readMs)
    return messages
  } finally {
    await withTimeout(letGo(consumer, beginning), leaveMs).catch(() => {}) // It ends without us.
    const forgotten = asAdmin(kafka, (admin) => admin.deleteGroups([groupId]))
    await withTimeout(forgotten, leaveMs).catch(() => {}) // Brokers delete a group without members and offsets after a while.
  }
}

async function begin(
  consumer: Consumer,
  topic: string,
  take: (payload: EachMessagePayload) => void
): Promise<void> {
  await consumer.connect()
  await consumer.subscribe({ topics: [topic], fromBeginning: true })
  await consumer.run({ autoCommit: false, eachMessage: async (payload) => take(payload) })
}

function toRecord(id: string, begunAt: Date): Sendable {
  const time = begunAt.toISOString()
  const body = JSON.stringify({ log: id, begunAt: time })
  return toBusRecord({ topic: activityTopic, type, id, subject: id, time, body })
}

function headerOf({ headers }: KafkaMessage, name: string): string {
  return String(headers?.[name] ?? '')
}

function refused(fault: 'log-not-begun' | 'log-begins-otherwise', topic: string): BusError {
  return new BusError('BUS_LOG_UNAVAILABLE', fault, { values: { topic } })
}
