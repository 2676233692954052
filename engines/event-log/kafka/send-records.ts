import type { CompressionTypes, Kafka, Message, Producer, RecordMetadata } from 'kafkajs'
import { BusError } from '#protocol/errors/bus-error.ts'
import { type Coalescer, createCoalescer } from '#protocol/timing/coalesce.ts'
import type { NewRecord } from '../event-log.ts'
import type { Stamped } from './broker-clocks.ts'
import { causesOf } from './broker-faults.ts'
import { endsEarlier, type Place } from './offsets.ts'
import { withTimeout } from './with-timeout.ts'

/**
 * Sends records with at most one batch in flight per partition; records that arrive meanwhile form the
 * next one. This is the only way of using kafkajs that neither lost nor duplicated a record when partition
 * leaders were killed. Batches for the same leader share a request, which kafkajs would otherwise send one after
 * another. If a request fails, so do all batches in it, since kafkajs does not say which of them were stored; those that
 * waited briefly for it are sent in the next one. After a failed send its sequence numbers in those partitions cannot be
 * trusted, so they change to another producer, and each is sent alone until it succeeds, so that none suffers twice from
 * what is wrong with another.
 */
export interface Sender {
  /**
   * Resolves once the in-sync replicas have the records, in the order given. Rejects with
   * `BUS_LOG_UNAVAILABLE`: each may be stored or not.
   */
  send(place: Place, records: readonly Sendable[]): Promise<void>
  /** The topic is another one of this name from now on: what was confirmed in the earlier one does not count. */
  forget(topic: string): void
  /** Why a partition takes no records: it ends earlier than it did, or the last send to it failed within a minute. */
  problem(): BusError | undefined
  close(): Promise<void>
}

export type Sendable = Pick<NewRecord, 'key' | 'value' | 'headers'>

/** Limits of one `send`; a larger record is sent alone. */
export const maxRecords = 1000
export const maxBytes = 900_000
/** Limit of the batches that share a request. */
const maxRequestBytes = 16 * maxBytes
/** Time limit of a request: kafkajs may keep waiting for a dead broker, and publishers are answered within 2 s. */
const sendMs = 1800
/** What has waited longer for an earlier request is not sent: who reserved its records may append them for a few seconds. */
const patienceMs = 600
const closeMs = 2000
const failureKeptMs = 60_000

interface Failure {
  readonly at: number
  readonly error: unknown
}

/** What one partition gets in a request. */
interface Batch extends Place {
  readonly messages: Message[]
  readonly bytes: number
  readonly since: number
}

/** The answers that name a batch's partition, or why its request failed. */
type Sent = PromiseSettledResult<readonly RecordMetadata[]>

const tooLate: Sent = {
  status: 'rejected',
  reason: new BusError('BUS_LOG_UNAVAILABLE', 'append-failed', { waitMs: 2000 })
}

interface ProducerInUse {
  readonly producer: Producer
  readonly connected: Promise<void>
  /** Requests to each leader, or to one partition that is sent alone. */
  readonly requests: Map<string, Coalescer<Batch, Sent>>
  /** Partitions that send through it. */
  readonly users: Set<string>
  /** Nothing was sent yet: it may finish connecting even if a caller stops waiting. */
  isConnecting: boolean
}

export interface SenderOptions {
  /** Called with the time that the leader of a partition gave to stored records, where topics say it does. */
  readonly onStamped?: (stamped: Stamped) => void
  /** The broker that leads a partition, as far as is known. By default each partition is sent alone. */
  readonly leaderOf?: (place: Place) => number | undefined
}

export function createSender(
  kafka: Kafka,
  compression: CompressionTypes,
  { onStamped = () => {}, leaderOf = () => undefined }: SenderOptions = {}
): Sender {
  const partitions = new Map<string, Coalescer<Sendable, undefined>>()
  /** Offset of the last confirmed record of each partition. */
  const lastOffsets = new Map<string, number>()
  const broken = new Map<string, BusError>()
  const failures = new Map<string, Failure>()
  const inUse = new Set<ProducerInUse>()
  /** The producer for the next partition that needs one. */
  let newest: ProducerInUse | undefined

  const begin = (): ProducerInUse => {
    const producer = kafka.producer({
      idempotent: true,
      allowAutoTopicCreation: false,
      retry: { initialRetryTime: 100, maxRetryTime: 500, retries: 5 }
    })
    const begun: ProducerInUse = {
      producer,
      connected: producer.connect(),
      requests: new Map(),
      users: new Set(),
      isConnecting: true
    }
    const ended = (): void => {
      begun.isConnecting = false
    }
    begun.connected.then(ended, ended)
    inUse.add(begun)
    return begun
  }

  const producerOf = (partition: string): ProducerInUse => {
    const own = [...inUse].find(({ users }) => users.has(partition))
    if (own) return own
    newest ??= begin()
    newest.users.add(partition)
    return newest
  }

  /** Moves the partition to another producer; what is in flight ends as it will. */
  const leave = (partition: string, used: ProducerInUse): void => {
    used.users.delete(partition)
    if (newest === used) newest = undefined
    if (used.users.size > 0) return
    inUse.delete(used)
    const end = (): Promise<void> => used.producer.disconnect()
    used.connected.then(end, end).catch(() => {}) // It is discarded either way.
  }

  const request = async (
    { producer, connected }: ProducerInUse,
    batches: readonly Batch[]
  ): Promise<readonly RecordMetadata[]> => {
    const until = performance.now() + sendMs
    await withTimeout(connected, sendMs)
    const sending = producer.sendBatch({ topicMessages: [...batches], acks: -1, compression })
    return withTimeout(sending, until - performance.now())
  }

  const requestsTo = (used: ProducerInUse, leader: string): Coalescer<Batch, Sent> => {
    const known =
      used.requests.get(leader) ??
      createCoalescer<Batch, Sent>({
        async run(batches) {
          const latest = performance.now() - patienceMs
          const inTime = batches.filter(({ since }) => since >= latest)
          const [sent] = await Promise.allSettled([inTime.length > 0 ? request(used, inTime) : []])
          return batches.map((batch): Sent => {
            if (batch.since < latest) return tooLate
            if (sent.status === 'rejected') return sent
            const { topic, partition } = batch
            const value = sent.value.filter((one) => one.topicName === topic && one.partition === partition)
            return { status: 'fulfilled', value }
          })
        },
        maxItems: Number.POSITIVE_INFINITY,
        maxWeight: maxRequestBytes,
        weigh: ({ bytes }) => bytes
      })
    used.requests.set(leader, known)
    return known
  }

  const sendBatch = async (place: Place, records: readonly Sendable[]): Promise<readonly undefined[]> => {
    const name = nameOf(place)
    const known = broken.get(name)
    if (known) throw known
    const used = producerOf(name)
    const { partition } = place
    const messages = records.map(({ key, value, headers }) => ({
      partition,
      key: Buffer.from(key),
      value: Buffer.from(value),
      headers
    }))
    const bytes = records.reduce((sum, record) => sum + weightOf(record), 0)
    const leader = leaderOf(place)
    const shared = failures.has(name) ? undefined : leader
    try {
      const [sent] = await requestsTo(used, String(shared ?? name)).add([
        { ...place, messages, bytes, since: performance.now() }
      ])
      if (sent?.status === 'rejected') throw sent.reason
      const [answer, ...others] = sent?.value ?? []
      if (others.length > 0 || answer?.errorCode !== 0 || !(Number(answer.baseOffset) >= 0)) {
        throw new BusError('BUS_LOG_UNAVAILABLE', 'append-failed', { waitMs: 2000 })
      }
      const first = Number(answer.baseOffset)
      const last = lastOffsets.get(name) ?? -1
      if (first <= last) {
        const earlier = endsEarlier(name, last + 1, first)
        broken.set(name, earlier)
        throw earlier
      }
      lastOffsets.set(name, first + records.length - 1)
      const stampedAt = Number(answer.logAppendTime ?? -1)
      if (stampedAt >= 0) onStamped({ partition: name, leader, at: stampedAt })
      failures.delete(name)
      return records.map(() => undefined)
    } catch (error) {
      failures.set(name, { at: performance.now(), error })
      if (!used.isConnecting) leave(name, used)
      throw error
    }
  }

  return {
    async send(place, records) {
      const name = nameOf(place)
      const known =
        partitions.get(name) ??
        createCoalescer<Sendable, undefined>({
          run: (batch) => sendBatch(place, batch),
          maxItems: maxRecords,
          maxWeight: maxBytes,
          weigh: weightOf
        })
      partitions.set(name, known)
      await known.add(records)
    },

    forget(topic) {
      for (const known of [lastOffsets, broken, failures]) {
        for (const name of known.keys()) if (name.startsWith(`${topic}/`)) known.delete(name)
      }
    },

    problem() {
      const recent = [...failures].filter(
        ([name, { at }]) => broken.has(name) || performance.now() - at < failureKeptMs
      )
      const [first] = recent
      if (!first) return undefined
      const [name, { error }] = first
      return new BusError('BUS_LOG_UNAVAILABLE', 'partitions-refuse', {
        cause: error,
        values: { count: recent.length, first: name, problem: textOf(error) }
      })
    },

    async close() {
      await Promise.all([...partitions.values()].map((partition) => partition.idle()))
      const ends = [...inUse].map(({ producer }) => withTimeout(producer.disconnect(), closeMs))
      await Promise.allSettled(ends) // Nothing of ours is in progress.
    }
  }
}

/** What the brokers said, as deep as it is. */
function textOf(error: unknown): string {
  const [deepest] = causesOf(error)
  return deepest?.message?.split('\n')[0] ?? String(error)
}

/** Approximate size of a record in bytes. */
export function weightOf({ key, value, headers }: Sendable): number {
  return Object.entries(headers).reduce(
    (sum, [name, text]) => sum + name.length + text.length,
    key.length + value.length
  )
}

function nameOf({ topic, partition }: Place): string {
  return `${topic}/${partition}`
}
