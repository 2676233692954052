import { BusError } from '../../errors/bus-error.ts'
import type { Failpoints } from '../../telemetry/failpoints.ts'
import { partitionOf } from '../partition.ts'
import { codecs } from './codecs.ts'
import { openOffsets, shardOf } from './offsets.ts'
import { createSender, maxBytes, maxRecords, type Sendable, type Sender, weightOf } from './send-records.ts'
import type { TopicsOptions } from './topics.ts'

/** A record of another log, for a topic without the namespace. */
export type FillRecord = Sendable & { readonly topic: string }

/** Fills topics, which nobody else writes meanwhile, with the records of another log. */
export interface TopicFiller {
  /** How many records each partition has had, by shard; those without any are left out. */
  ends(): Promise<ReadonlyMap<string, number>>
  /**
   * Appends the records, each partition's in the order given. What an earlier
   * call with the same records appended is not appended again: a partition's
   * first records are those it has. Gives the end of each partition. Rejects
   * with `BUS_LOG_UNAVAILABLE`: then it is to be called again; and with
   * `BUS_CONFIG_INVALID` where a partition ends elsewhere than these records do.
   */
  fill(records: Iterable<FillRecord>): Promise<ReadonlyMap<string, number>>
  close(): Promise<void>
}

/** Of all partitions together, in one go. */
const waveBytes = 16_777_216

export async function openTopicFiller(
  { kafka, config, topics }: TopicsOptions,
  failpoints: Failpoints
): Promise<TopicFiller> {
  const { namespace, partitions, compression } = config
  const offsets = await openOffsets(kafka, { namespace, topics })
  const sender = createSender(kafka, codecs[compression])

  return {
    ends: () => offsets.ends(),

    async fill(records) {
      const there = await offsets.ends()
      const counts = new Map<string, number>()
      let wave = createWave(sender)
      for (const record of records) {
        const partition = partitionOf(record.key, partitions)
        const shard = shardOf(record.topic, partition)
        const count = (counts.get(shard) ?? 0) + 1
        counts.set(shard, count)
        if (count <= (there.get(shard) ?? 0)) continue
        if (!wave.hasRoom(shard, record)) {
          await wave.send()
          failpoints.reach('migrate.records')
          wave = createWave(sender)
        }
        wave.add({ shard, topic: namespace + record.topic, partition }, record)
      }
      await wave.send()
      failpoints.reach('migrate.records')
      const ends = await offsets.ends()
      for (const shard of new Set([...counts.keys(), ...ends.keys()])) {
        const [expected, got] = [counts.get(shard) ?? 0, ends.get(shard) ?? 0]
        if (expected === got) continue
        throw new BusError('BUS_CONFIG_INVALID', 'migration-log-differs', {
          values: { shard, expected, got }
        })
      }
      return ends
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

/** What goes at once: at most one `send` a partition, so that one that fails leaves no gap before a later one. */
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

    /** Resolves once all are kept; whatever fails, nothing is under way afterwards. */
    async send(): Promise<void> {
      const sending = [...batches.values()].flatMap(({ place, records }) =>
        records.map((record) => sender.send(place, record))
      )
      for (const sent of await Promise.allSettled(sending)) if (sent.status === 'rejected') throw sent.reason
    }
  }
}
