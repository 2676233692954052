import { setImmediate as turn } from 'node:timers/promises'
import kafkajs, {
  type Consumer,
  type EachBatchHandler,
  type EachBatchPayload,
  type KafkaMessage
} from 'kafkajs'
import { BusError } from '#protocol/errors/bus-error.ts'
import { backoffMs } from '#protocol/timing/retry.ts'
import { pagesOf } from '../../store/pages.ts'
import type { Logger } from '../../telemetry/logger.ts'
import type { LogRecord, ReadOptions } from '../event-log.ts'
import { type Offsets, type Place, placeOf, shardOf } from './offsets.ts'

const { KafkaJSNonRetriableError } = kafkajs

/** Reads the shards of one consumer, from the positions that the reader stores. */
export interface ShardReader {
  readonly eachBatch: EachBatchHandler
  /** The consumer reads these shards from now on; what was known of any shard is forgotten. */
  assigned(shards: readonly string[]): void
  /** Whether shards were assigned yet. */
  areKnown(): boolean
  /** Checks again whether each shard may be read, and from which position. */
  recheck(): void
  /** Time since a record was last taken; 0 while a batch is being taken. */
  idleMs(): number
  /** Whether a shard that is being read has records left. */
  isBehind(): Promise<boolean>
  /** Number of records taken so far. */
  taken(): number
  /** Waits for the batches being taken. */
  close(): Promise<void>
}

export interface ShardReaderOptions extends Omit<ReadOptions, 'group'> {
  readonly consumer: Pick<Consumer, 'seek' | 'pause' | 'resume'>
  readonly offsets: Pick<Offsets, 'extents' | 'ends'>
  /** Throws while nothing may be read. */
  readonly check: () => void
  readonly namespace: string
  readonly logger: Logger
}

const pageLimits = {
  maxItems: 500,
  maxBytes: 4_194_304,
  sizeOf: ({ key, value }: LogRecord) => key.length + value.length
}
const retryWaits = { firstMs: 100, lastMs: 10_000 }
/**
 * kafkajs skips control records, such as those of a stranger's transaction. A batch behind them never
 * starts at the position, however often the position is sought: after this many attempts it is taken.
 */
const maxStrays = 3

interface Shard {
  /** Position up to which everything is taken, once known. */
  position: Promise<number>
  /** Consecutive batches that did not follow the position. */
  strays: number
  failures: number
  retry: NodeJS.Timeout | undefined
}

export function createShardReader(options: ShardReaderOptions): ShardReader {
  const { consumer, offsets, check, namespace, logger, positionOf, reader, onState } = options
  const shards = new Map<string, Shard>()
  let closed = false
  let isAssigned = false
  const inHand = new Set<Promise<void>>()
  let lastTakenAt = performance.now()
  let count = 0

  const positionWithin = async (shard: string): Promise<number> => {
    check()
    const [position, extents] = await Promise.all([positionOf(shard), offsets.extents()])
    const { start, end } = extents.get(shard) ?? { start: 0, end: 0 }
    if (position > end) {
      throw new BusError('BUS_LOG_UNAVAILABLE', 'position-past-end', { values: { position, last: end } })
    }
    if (position < start) {
      throw new BusError('BUS_LOG_UNAVAILABLE', 'position-before-start', {
        values: { position, first: start, shard }
      })
    }
    return position
  }

  /**
   * kafkajs refuses these calls after the consumer has crashed and before it says so; the consumer is then
   * replaced.
   */
  const steer = (shard: string, how: (place: Place) => void): void => {
    try {
      how(placeOf(shard, namespace))
    } catch (error) {
      logger.debug({ err: error, shard }, 'the consumer has stopped')
    }
  }

  const seek = (shard: string, position: number): void =>
    steer(shard, (place) => consumer.seek({ ...place, offset: String(position) }))

  /** Asks for the position to read from, and retries until it is known. */
  const begin = (shard: string, failures = 0, isRejected = false): Shard => {
    const known: Shard = { position: positionWithin(shard), strays: 0, failures, retry: undefined }
    shards.set(shard, known)
    known.position.then(
      (position) => {
        if (shards.get(shard) !== known || closed) return
        seek(shard, position)
        if (isRejected) return // `onState` is called once its batch is taken.
        if (failures > 0) onState(undefined, shard)
        known.failures = 0
      },
      (error: unknown) => standStill(shard, known, error)
    )
    return known
  }

  const standStill = (shard: string, known: Shard, error: unknown, isRejected = false): void => {
    if (shards.get(shard) !== known || closed) return
    onState(error, shard)
    steer(shard, ({ topic, partition }) => consumer.pause([{ topic, partitions: [partition] }]))
    known.position.catch(() => {})
    known.retry = setTimeout(
      () => {
        steer(shard, ({ topic, partition }) => consumer.resume([{ topic, partitions: [partition] }]))
        begin(shard, known.failures + 1, isRejected)
      },
      backoffMs(known.failures, retryWaits)
    )
  }

  const take = async (payload: EachBatchPayload): Promise<void> => {
    const { batch, resolveOffset, heartbeat, isRunning, isStale } = payload
    const shard = shardOf(batch.topic.slice(namespace.length), batch.partition)
    const known = shards.get(shard)
    if (!known || known.retry) return
    let position: number
    try {
      position = await known.position
    } catch {
      return // The shard is paused and will be started again.
    }
    const isStray = !follows(batch, position)
    known.strays = isStray ? known.strays + 1 : 0
    if (isStray && known.strays < maxStrays) return seek(shard, position)
    if (isStray || Number(batch.lastOffset()) < position) {
      // kafkajs moves to another offset when the position is not in the log. That must not be mistaken for a
      // gap or the end of the shard.
      try {
        if ((await positionWithin(shard)) !== position) return void begin(shard)
      } catch (error) {
        return standStill(shard, known, error)
      }
      if (!isStray) return seek(shard, position)
    }
    known.strays = 0
    const records = batch.messages
      .filter(({ offset }) => Number(offset) >= position)
      .map((message) => toRecord(message, shard, batch))
    if (records.length === 0) resolveOffset(batch.lastOffset())
    for (const page of pagesOf(records, pageLimits)) {
      if (closed || !isRunning() || isStale() || shards.get(shard) !== known) return
      try {
        await reader(page, position, () => undefined)
      } catch (error) {
        return standStill(shard, known, error, true)
      }
      position = page.at(-1)?.position ?? position
      known.position = Promise.resolve(position)
      lastTakenAt = performance.now()
      count += page.length
      resolveOffset(String(position - 1))
      if (known.failures > 0) onState(undefined, shard)
      known.failures = 0
      await heartbeat()
      await turn() // Lets other work run during a long catch-up.
    }
  }

  return {
    async eachBatch(payload) {
      // A consumer given up while it joined must not keep its partitions: this error ends it.
      if (closed) throw new KafkaJSNonRetriableError('nobody reads by this consumer any more')
      const work = take(payload)
      inHand.add(work)
      try {
        await work
      } finally {
        inHand.delete(work)
        lastTakenAt = performance.now()
      }
    },

    assigned(mine) {
      isAssigned = true
      lastTakenAt = performance.now()
      for (const [shard, { failures, retry }] of shards) {
        clearTimeout(retry)
        if (failures > 0 && !mine.includes(shard)) onState(undefined, shard)
      }
      const before = new Map(shards)
      shards.clear()
      for (const shard of mine) begin(shard, before.get(shard)?.failures ?? 0)
    },

    areKnown: () => isAssigned,

    recheck() {
      for (const [shard, { failures, retry }] of [...shards]) {
        if (retry) continue // Its own timer will try again.
        begin(shard, failures)
      }
    },

    idleMs: () => (inHand.size > 0 ? 0 : performance.now() - lastTakenAt),

    async isBehind() {
      if (!isAssigned) return true
      const ends = await offsets.ends()
      for (const [shard, { position, retry }] of shards) {
        if (!retry && (await position.catch(() => Number.POSITIVE_INFINITY)) < (ends.get(shard) ?? 0))
          return true
      }
      return false
    },

    taken: () => count,

    async close() {
      closed = true
      for (const { retry } of shards.values()) clearTimeout(retry)
      await Promise.allSettled(inHand)
    }
  }
}

/**
 * Whether a batch was fetched from the position or an earlier offset, and so misses no record after it.
 * kafkajs has the property but does not declare it.
 */
function follows(batch: EachBatchPayload['batch'], position: number): boolean {
  const { fetchedOffset } = batch as unknown as { readonly fetchedOffset: string }
  return Number(fetchedOffset) <= position
}

function toRecord(
  { offset, key, value, headers = {} }: KafkaMessage,
  shard: string,
  { partition }: EachBatchPayload['batch']
): LogRecord {
  return {
    shard,
    position: Number(offset) + 1,
    topic: shard.slice(0, shard.lastIndexOf('/')),
    partition,
    offset: Number(offset),
    key: key ?? Buffer.alloc(0),
    value: value ?? Buffer.alloc(0),
    headers: Object.fromEntries(Object.entries(headers).map(([name, text]) => [name, textOf(text)]))
  }
}

/**
 * kafkajs gives several values if a stranger wrote the header twice, or if its name is a property of every
 * object; the last one is the header's.
 */
function textOf(value: Buffer | string | (Buffer | string)[] | undefined): string {
  const last = Array.isArray(value) ? value.at(-1) : value
  return last?.toString('utf8') ?? ''
}
