import type { NewRecord } from '#engines/event-log/event-log.ts'
import { codecs } from '#engines/event-log/kafka/codecs.ts'
import { firstShard, readLogBeginning } from '#engines/event-log/kafka/log-beginning.ts'
import { openOffsets, shardOf } from '#engines/event-log/kafka/offsets.ts'
import {
  createSender,
  maxBytes,
  maxRecords,
  type Sendable,
  type Sender,
  weightOf
} from '#engines/event-log/kafka/send-records.ts'
import type { TopicsOptions } from '#engines/event-log/kafka/topics.ts'
import { partitionOf } from '#engines/event-log/partition.ts'
import { reachFailpoint } from '#engines/telemetry/failpoints.ts'
import { BusError } from '#protocol/errors/bus-error.ts'

/** A record of another log; its topic is without the namespace. */
export type FillRecord = Sendable & Pick<NewRecord, 'topic'>

/**
 * Fills topics with the records of another log; nobody else may write to them meanwhile. The record that
 * identifies the new log stays first.
 */
export interface TopicFiller {
  /** Identifies the log that is filled. */
  readonly log: string
  /** The partitions, by shard, with records other than the one that identifies the log. */
  filled(): Promise<readonly string[]>
  /**
   * Appends the records, those of each partition in the order given. Records that an earlier call appended
   * are skipped: a partition contains the first of its records. Rejects with `BUS_LOG_UNAVAILABLE` (call it
   * again), and with `BUS_CONFIG_INVALID` if a partition does not end as these records do.
   */
  fill(records: Iterable<FillRecord>): Promise<Filled>
  close(): Promise<void>
}

export interface Filled {
  /** The end of each partition with records, by shard. */
  readonly ends: ReadonlyMap<string, number>
  /** Number of records given; all are in the topics. */
  readonly records: number
}

/** Limit of one wave, over all partitions. */
const waveBytes = 16_777_216

/** Rejects with `BUS_LOG_UNAVAILABLE`, also if the topics do not begin with the record that identifies a log. */
export async function openTopicFiller({ kafka, config, topics }: TopicsOptions): Promise<TopicFiller> {
  const { namespace, partitions, compression } = config
  const begun = await readLogBeginning({ kafka, config })
  const offsets = await openOffsets(kafka, { namespace, topics })
  const sender = createSender(kafka, codecs[compression])

  /** Number of records that a partition has before those it is filled with. */
  const ownOf = (shard: string): number => (shard === firstShard ? begun.records : 0)

  return {
    log: begun.id,

    async filled() {
      const ends = [...(await offsets.ends())]
      return ends.filter(([shard, end]) => end > ownOf(shard)).map(([shard]) => shard)
    },

    async fill(records) {
      const there = await offsets.ends()
      const counts = new Map<string, number>()
      let wave = createWave(sender)
      for (const record of records) {
        const partition = partitionOf(record.key, partitions)
        const shard = shardOf(record.topic, partition)
        const count = (counts.get(shard) ?? 0) + 1
        counts.set(shard, count)
        if (count + ownOf(shard) <= (there.get(shard) ?? 0)) continue
        if (!wave.hasRoom(shard, record)) {
          await wave.send()
          reachFailpoint('migrate.records')
          wave = createWave(sender)
        }
        wave.add({ shard, topic: namespace + record.topic, partition }, record)
      }
      await wave.send()
      reachFailpoint('migrate.records')
      const ends = await offsets.ends()
      for (const shard of new Set([...counts.keys(), ...ends.keys()])) {
        const [expected, got] = [counts.get(shard) ?? 0, (ends.get(shard) ?? 0) - ownOf(shard)]
        if (expected === got) continue
        throw new BusError('BUS_CONFIG_INVALID', 'migration-log-differs', {
          values: { shard, expected, got }
        })
      }
      return { ends, records: [...counts.values()].reduce((sum, count) => sum + count, 0) }
    },

    async close() {
      await sender.close()
      await offsets.close()
    }
  }
}

interface Place {
  readonly shard: string
  readonly topic: string
  readonly partition: number
}

/**
 * Records sent at the same time, with at most one `send` per partition, so that a failed one leaves no gap
 * before a later one.
 */
function createWave(sender: Sender) {
  const batches = new Map<string, { readonly place: Place; readonly records: Sendable[]; bytes: number }>()
  let bytes = 0
  return {
    hasRoom(shard: string, record: Sendable): boolean {
      const weight = weightOf(record)
      const batch = batches.get(shard)
      const fits = !batch || (batch.records.length < maxRecords && batch.bytes + weight <= maxBytes)
      return fits && (bytes === 0 || bytes + weight <= waveBytes)
    },

    add(place: Place, record: Sendable): void {
      const weight = weightOf(record)
      const batch = batches.get(place.shard) ?? { place, records: [], bytes: 0 }
      batches.set(place.shard, batch)
      batch.records.push(record)
      batch.bytes += weight
      bytes += weight
    },

    /** Resolves when all are stored. When it rejects, nothing is in progress. */
    async send(): Promise<void> {
      const sending = [...batches.values()].map(({ place, records }) => sender.send(place, records))
      for (const sent of await Promise.allSettled(sending)) if (sent.status === 'rejected') throw sent.reason
    }
  }
}
