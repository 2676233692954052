import type { Admin, Kafka } from 'kafkajs'
import { BusError } from '#protocol/errors/bus-error.ts'
import { createCoalescer } from '#protocol/timing/coalesce.ts'
import { letGo } from './as-admin.ts'
import { withTimeout } from './with-timeout.ts'

/** First offset of a partition, and the offset that its next record gets. */
export interface Extent {
  readonly start: number
  readonly end: number
}

/** Asks the cluster for the offsets of its partitions. */
export interface Offsets {
  /** By shard. Rejects with `BUS_LOG_UNAVAILABLE`, also if a partition ends before an end seen earlier. */
  extents(): Promise<ReadonlyMap<string, Extent>>
  /** The position of the last record of each shard that has any. */
  ends(): Promise<ReadonlyMap<string, number>>
  /** The topic is another one from now on: what was seen of the earlier one does not count. */
  forget(topic: string): void
  close(): Promise<void>
}

export interface OffsetsOptions {
  readonly namespace: string
  /** Without the namespace. */
  readonly topics: readonly string[]
}

const connectMs = 5000
const askMs = 2000

/** A partition's shard, such as `lienthong.document/3`. */
export function shardOf(topic: string, partition: number): string {
  return `${topic}/${partition}`
}

/** The topic's name on the cluster, and the partition. */
export interface Place {
  readonly topic: string
  readonly partition: number
}

export function placeOf(shard: string, namespace: string): Place {
  return {
    topic: namespace + topicOf(shard),
    partition: Number(shard.slice(shard.lastIndexOf('/') + 1))
  }
}

function topicOf(shard: string): string {
  return shard.slice(0, shard.lastIndexOf('/'))
}

export async function openOffsets(kafka: Kafka, { namespace, topics }: OffsetsOptions): Promise<Offsets> {
  const admin: Admin = kafka.admin({ retry: { initialRetryTime: 100, maxRetryTime: 500, retries: 3 } })
  const connecting = admin.connect()
  try {
    await withTimeout(connecting, connectMs)
  } catch (error) {
    void letGo(admin, connecting)
    throw error
  }
  const furthest = new Map<string, number>()

  const extentsOf = async (topic: string): Promise<readonly (readonly [string, Extent])[]> => {
    const found = await admin.fetchTopicOffsets(namespace + topic)
    return found.map(({ partition, low, high }) => [
      shardOf(topic, partition),
      { start: Number(low), end: Number(high) }
    ])
  }

  const ask = async (): Promise<ReadonlyMap<string, Extent>> => {
    const extents = new Map((await withTimeout(Promise.all(topics.map(extentsOf)), askMs)).flat())
    for (const [shard, { end }] of extents) {
      const once = furthest.get(shard) ?? 0
      if (end < once) throw endsEarlier(shard, once, end)
      furthest.set(shard, end)
    }
    return extents
  }

  /**
   * Callers that ask while a question is in progress share the next one: the answer in progress may be
   * older than their question.
   */
  const asking = createCoalescer<undefined, ReadonlyMap<string, Extent>>({
    run: async (questions) => {
      const answer = await ask()
      return questions.map(() => answer)
    },
    maxItems: Number.POSITIVE_INFINITY
  })
  const extents = async (): Promise<ReadonlyMap<string, Extent>> => {
    const [answer = new Map()] = await asking.add([undefined])
    return answer
  }

  return {
    extents,

    async ends() {
      const ends = [...(await extents())].map(([shard, { end }]) => [shard, end] as const)
      return new Map(ends.filter(([, end]) => end > 0))
    },

    forget(topic) {
      for (const shard of furthest.keys()) if (topicOf(shard) === topic) furthest.delete(shard)
    },

    close: () => withTimeout(letGo(admin, connecting), askMs).catch(() => {}) // It ends without us.
  }
}

/** The topic was recreated, or has lost acknowledged records. */
export function endsEarlier(shard: string, once: number, end: number): BusError {
  return new BusError('BUS_LOG_UNAVAILABLE', 'log-ends-earlier', { values: { shard, once, end } })
}
