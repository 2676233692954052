import type { Admin, Kafka } from 'kafkajs'
import { BusError } from '#protocol/errors/bus-error.ts'
import { letGo } from './as-admin.ts'
import { createCoalescer } from './coalesce.ts'
import { withTimeout } from './with-timeout.ts'

/** The offsets a partition begins and ends at: the end is where the next record goes. */
export interface Extent {
  readonly start: number
  readonly end: number
}

/** Asks the cluster how far its partitions reach. */
export interface Offsets {
  /** By shard. Rejects with `BUS_LOG_UNAVAILABLE`, also where a partition ends before where it once ended. */
  extents(): Promise<ReadonlyMap<string, Extent>>
  /** The position of the last record of each shard that has any. */
  ends(): Promise<ReadonlyMap<string, number>>
  /** How many partitions each topic has now, without the namespace. Rejects with `BUS_LOG_UNAVAILABLE`. */
  partitions(): Promise<ReadonlyMap<string, number>>
  /** The offset of the first record in a topic's partition 0 written at a time or after it, its end where none was; time in milliseconds. */
  firstSince(topic: string, time: number): Promise<number>
  close(): Promise<void>
}

export interface OffsetsOptions {
  readonly namespace: string
  /** Without the namespace. */
  readonly topics: readonly string[]
}

const connectMs = 5000
const askMs = 2000

/** A partition's name as a shard: `lienthong.document/3`. */
export function shardOf(topic: string, partition: number): string {
  return `${topic}/${partition}`
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

  /** Who asks while an answer is awaited shares the next one: the one under way may be older than the question. */
  const asking = createCoalescer<undefined, ReadonlyMap<string, Extent>>({
    run: async (questions) => {
      const answer = await ask()
      return questions.map(() => answer)
    },
    maxItems: Number.POSITIVE_INFINITY
  })
  const extents = (): Promise<ReadonlyMap<string, Extent>> => asking.add(undefined)

  return {
    extents,

    async ends() {
      const ends = [...(await extents())].map(([shard, { end }]) => [shard, end] as const)
      return new Map(ends.filter(([, end]) => end > 0))
    },

    async partitions() {
      const names = topics.map((topic) => namespace + topic)
      const { topics: found } = await withTimeout(admin.fetchTopicMetadata({ topics: names }), askMs)
      return new Map(found.map(({ name, partitions }) => [name.slice(namespace.length), partitions.length]))
    },

    async firstSince(topic, time) {
      const found = await withTimeout(admin.fetchTopicOffsetsByTimestamp(namespace + topic, time), askMs)
      return Number(found.find(({ partition }) => partition === 0)?.offset)
    },

    close: () => withTimeout(letGo(admin, connecting), askMs).catch(() => {}) // It ends by itself.
  }
}

/** Of a topic that was made anew, or lost records that were acknowledged. */
export function endsEarlier(shard: string, once: number, end: number): BusError {
  return new BusError('BUS_LOG_UNAVAILABLE', 'log-ends-earlier', { values: { shard, once, end } })
}
