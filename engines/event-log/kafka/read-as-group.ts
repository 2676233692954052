import kafkajs, { type Consumer, type Kafka } from 'kafkajs'
import { BusError } from '#protocol/errors/bus-error.ts'
import { backoffMs, pause } from '#protocol/timing/retry.ts'
import type { Logger } from '../../telemetry/logger.ts'
import { everyShard, type ReadOptions, type Subscription } from '../event-log.ts'
import { brokersUnavailable } from './broker-faults.ts'
import { type Offsets, shardOf } from './offsets.ts'
import { createShardReader, type ShardReader } from './read-shards.ts'
import type { TopicWatch } from './watch-topics.ts'
import { withTimeout } from './with-timeout.ts'

const { KafkaJSError } = kafkajs

export interface GroupOptions {
  readonly kafka: Kafka
  readonly offsets: Offsets
  readonly watch: TopicWatch
  readonly logger: Logger
  readonly namespace: string
  readonly topics: readonly string[]
}

/**
 * A consumer that takes no record for this long although some are left is replaced; the next may take twice
 * as long.
 */
const patience = { firstMs: 3000, lastMs: 60_000 }
const lookMs = 1000
/** Partitions whose records are passed on at the same time, so that a reader may take them together. */
const maxShards = 64
/** A group that is rejoined waits until the sessions of dead members end. Leaving and joining again would only restart that wait. */
const joinPatienceMs = 20_000
const leaveMs = 5000

/**
 * Reads the partitions that the group assigns to this process. Positions come from the reader, at each
 * assignment, and not from kafkajs; a batch that does not follow them is dropped. A consumer that stops is
 * replaced: kafkajs's may stop without an error.
 */
export function readAsGroup(group: GroupOptions, options: ReadOptions): Subscription {
  const closing = new AbortController()
  const running = keepReading(group, options, closing.signal)
  return {
    async close() {
      closing.abort()
      await running
    }
  }
}

async function keepReading(group: GroupOptions, options: ReadOptions, signal: AbortSignal): Promise<void> {
  let idle = 0
  const readingState = createReadingState(options.onState)
  while (!signal.aborted) {
    const patienceMs = backoffMs(idle, patience)
    const { taken, problem } = await readOnce(group, options, { signal, patienceMs, readingState })
    if (signal.aborted) return
    readingState.begins(problem)
    idle = taken > 0 ? 0 : idle + 1
    group.logger.warn(
      { err: problem, group: options.group },
      'reading the event log stopped; starting a new Kafka consumer in 1 s'
    )
    await pause(lookMs, { signal })
  }
}

/** Whether reading has stopped altogether. */
interface ReadingState {
  begins(problem: unknown): void
  ends(): void
  readonly isNow: boolean
}

/** Calls `onState` when reading stops altogether, and once when it continues. */
function createReadingState(onState: ReadOptions['onState']): ReadingState {
  let isNow = false
  return {
    get isNow() {
      return isNow
    },
    begins(problem) {
      isNow = true
      onState(inPlainWords(problem), everyShard)
    },
    ends() {
      if (isNow) onState(undefined, everyShard)
      isNow = false
    }
  }
}

/** kafkajs says what it tried last. */
function inPlainWords(problem: unknown): unknown {
  return problem instanceof KafkaJSError ? brokersUnavailable(problem) : problem
}

interface Reading {
  readonly signal: AbortSignal
  readonly patienceMs: number
  readonly readingState: ReadingState
}

/** Runs one consumer until it is told to stop, crashes or stops. */
async function readOnce(
  { kafka, offsets, watch, logger, namespace, topics }: GroupOptions,
  options: ReadOptions,
  { signal, patienceMs, readingState }: Reading
): Promise<{ readonly taken: number; readonly problem: unknown }> {
  const consumer = kafka.consumer({
    groupId: `${namespace}lienthong.${options.group}`,
    sessionTimeout: 6000, // The shortest that brokers accept by default. Nobody reads the partitions of a dead process before it ends.
    rebalanceTimeout: 15_000,
    heartbeatInterval: 1000,
    maxWaitTimeInMs: 250,
    maxBytesPerPartition: 4_194_304,
    allowAutoTopicCreation: false,
    retry: { initialRetryTime: 100, maxRetryTime: 1500, retries: 6, restartOnFailure: async () => false }
  })
  const over = Promise.withResolvers<unknown>()
  const shards = createShardReader({ consumer, offsets, check: watch.check, namespace, logger, ...options })
  consumer.on(consumer.events.CRASH, ({ payload }) => over.resolve(payload.error))
  consumer.on(consumer.events.GROUP_JOIN, ({ payload: { memberAssignment } }) => {
    const mine = Object.entries(memberAssignment).flatMap(([topic, partitions]) =>
      partitions.map((partition) => shardOf(topic.slice(namespace.length), partition))
    )
    shards.assigned(mine)
  })
  const ignore = watch.onChange(shards.recheck)
  const looking = setInterval(() => {
    if (shards.taken() > 0) readingState.ends()
    const isIdle = shards.idleMs() >= (shards.areKnown() ? patienceMs : joinPatienceMs)
    if (!isIdle && !readingState.isNow) return
    shards.isBehind().then(
      (isBehind) => {
        if (!isBehind) readingState.ends()
        else if (isIdle) over.resolve(new BusError('BUS_LOG_UNAVAILABLE', 'records-not-taken'))
      },
      (error: unknown) => logger.debug({ err: error }, 'not known how far the log reaches')
    )
  }, lookMs)
  const stop = (): void => over.resolve(undefined)
  let isOver = false
  const beginning = async (): Promise<void> => {
    await consumer.connect()
    // If it was given up meanwhile it must not join: it would hold its partitions and read none.
    if (isOver) return consumer.disconnect()
    await begin(
      consumer,
      topics.map((topic) => namespace + topic),
      shards
    )
    if (isOver) await consumer.disconnect()
  }
  signal.addEventListener('abort', stop, { once: true })
  try {
    await Promise.race([beginning(), over.promise])
    return { problem: await over.promise, taken: shards.taken() }
  } catch (problem) {
    return { problem, taken: shards.taken() }
  } finally {
    isOver = true
    signal.removeEventListener('abort', stop)
    clearInterval(looking)
    ignore()
    await shards.close()
    await withTimeout(consumer.disconnect(), leaveMs).catch(() => {}) // The group removes it when its session ends.
  }
}

async function begin(consumer: Consumer, topics: readonly string[], shards: ShardReader): Promise<void> {
  await consumer.subscribe({ topics: [...topics], fromBeginning: true })
  await consumer.run({
    autoCommit: false,
    eachBatchAutoResolve: false,
    partitionsConsumedConcurrently: maxShards,
    eachBatch: shards.eachBatch
  })
}
