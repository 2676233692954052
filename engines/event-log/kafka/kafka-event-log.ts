import { randomUUID } from 'node:crypto'
import { BusError } from '#protocol/errors/bus-error.ts'
import { createCoalescer } from '#protocol/timing/coalesce.ts'
import { pause } from '#protocol/timing/retry.ts'
import type { Store } from '../../store/store.ts'
import { reachFailpoint } from '../../telemetry/failpoints.ts'
import type { Logger } from '../../telemetry/logger.ts'
import { steadyNow } from '../../telemetry/steady-clock.ts'
import type {
  Appended,
  EventLog,
  NewRecord,
  ReadOptions,
  RecordId,
  StoredRecord,
  Subscription
} from '../event-log.ts'
import { partitionOf } from '../partition.ts'
import { type BrokerClocks, createBrokerClocks } from './broker-clocks.ts'
import { codecs } from './codecs.ts'
import { createKafkaClient } from './connect.ts'
import type { KafkaConfig } from './kafka-config.ts'
import { confirmLog } from './known-log.ts'
import { idsOf, knownTopics, recordNewTopics } from './known-topics.ts'
import { readLogBeginning } from './log-beginning.ts'
import { type Offsets, openOffsets, placeOf, shardOf } from './offsets.ts'
import { readAsGroup } from './read-as-group.ts'
import { type Claim, createReservations, leaseMs, type Reservations } from './reservations.ts'
import { createSender, type Sender } from './send-records.ts'
import { openTopicIds, type TopicIds } from './topic-ids.ts'
import { underReceipt } from './under-receipt.ts'
import { type TopicWatch, watchTopics } from './watch-topics.ts'

export interface KafkaEventLogOptions {
  readonly config: KafkaConfig
  /** The existing topics, without the namespace. */
  readonly topics: readonly string[]
  /** Stores the ids. */
  readonly store: Store
  readonly logger: Logger
  readonly now: () => number
}

/**
 * Opens the log on a cluster whose topics exist. Rejects with `BUS_LOG_UNAVAILABLE`, also if the log has no
 * first record or is not the one this store belongs to.
 */
export async function openKafkaEventLog(options: KafkaEventLogOptions): Promise<EventLog> {
  const { config, topics, store, logger, now } = options
  const kafka = createKafkaClient(config, logger)
  const confirm = async (): Promise<void> => {
    const { id } = await readLogBeginning({ kafka, config })
    await confirmLog(store, id)
  }
  await confirm()
  const { namespace, partitions } = config
  const ids = openTopicIds(kafka)
  const offsets = await openOffsets(kafka, { namespace, topics })
  try {
    await recordNewTopics(store, await idsOf(ids, namespace, topics))
    const clocks = createBrokerClocks({ now, steadyNow })
    const sender = createSender(kafka, codecs[config.compression], {
      onStamped: clocks.stamped,
      leaderOf: (place) => watch.leaderOf(place)
    })
    const watch = await watchTopics({
      ...{ ids, namespace, topics, partitions, confirm, logger, now },
      known: () => knownTopics(store),
      onAccepted(topic) {
        offsets.forget(topic)
        sender.forget(namespace + topic)
      }
    })
    return new KafkaEventLog(options, {
      ...{ offsets, ids, watch, sender, clocks },
      reservations: createReservations({ store, owner: randomUUID(), now }),
      read: (readOptions) => readAsGroup({ kafka, offsets, watch, logger, namespace, topics }, readOptions)
    })
  } catch (error) {
    await Promise.all([offsets.close(), ids.close()])
    throw error
  }
}

interface Parts {
  readonly offsets: Offsets
  readonly watch: TopicWatch
  readonly reservations: Reservations
  readonly sender: Sender
  readonly clocks: BrokerClocks
  readonly ids: TopicIds
  readonly read: (options: ReadOptions) => Subscription
}

/** A record to append, and the state of its id. */
interface Asked {
  readonly record: NewRecord
  claim: Claim
}

const maxClaims = 1000
const maxCommits = 1000
/** Delay before another look at a record that somebody else is appending. */
const waitingMs = 25
/** Longest wait for somebody else: longer than a lease, unless another machine's clock is ahead. */
const longestWaitMs = leaseMs + 1000

class KafkaEventLog implements EventLog {
  readonly #options: KafkaEventLogOptions
  readonly #parts: Parts
  readonly #claims
  readonly #commits
  readonly #appends = new Set<Promise<unknown>>()
  readonly #subscriptions = new Set<Subscription>()
  readonly #stop = new AbortController()
  #closing: Promise<void> | undefined

  constructor(options: KafkaEventLogOptions, parts: Parts) {
    this.#options = options
    this.#parts = parts
    const { reservations } = parts
    // The records of a call are never divided: if some were claimed and others not, nobody would release those.
    this.#claims = createCoalescer<readonly NewRecord[], readonly Claim[]>({
      async run(calls) {
        const claims = [...(await reservations.claim(calls.flat()))]
        return calls.map(({ length }) => claims.splice(0, length))
      },
      maxItems: maxClaims,
      maxWeight: maxClaims,
      weigh: ({ length }) => length
    })
    this.#commits = createCoalescer<RecordId, undefined>({
      run: async (ids) => {
        await reservations.commit(ids)
        return ids.map(() => undefined)
      },
      maxItems: maxCommits
    })
  }

  append(records: readonly NewRecord[]): Promise<readonly Appended[]> {
    if (this.#closing) return Promise.reject(closed())
    const appending = this.#append(records)
    this.#appends.add(appending)
    const forget = (): void => void this.#appends.delete(appending)
    appending.then(forget, forget)
    return appending
  }

  async find(ids: readonly RecordId[]): Promise<readonly (StoredRecord | undefined)[]> {
    this.#refuseWhenClosed()
    return this.#parts.reservations.find(ids)
  }

  read(options: ReadOptions): Subscription {
    this.#refuseWhenClosed()
    const subscription = this.#parts.read(options)
    this.#subscriptions.add(subscription)
    return {
      close: async () => {
        this.#subscriptions.delete(subscription)
        await subscription.close()
      }
    }
  }

  async ends(): Promise<ReadonlyMap<string, number>> {
    this.#refuseWhenClosed()
    return this.#parts.offsets.ends()
  }

  async confirmStored(ids: readonly RecordId[]): Promise<void> {
    const uncommitted = await this.#parts.reservations.uncommitted(ids)
    await this.#commits.add(uncommitted)
  }

  problem(): string | undefined {
    const { watch, sender } = this.#parts
    return (watch.problem() ?? sender.problem())?.message
  }

  warning(): string | undefined {
    const { watch, clocks } = this.#parts
    const found = [watch.warning(), clocks.problem()?.message].filter((one) => one !== undefined)
    return found.length === 0 ? undefined : found.join(' ')
  }

  missingCopies(): number {
    return this.#parts.watch.missingCopies()
  }

  close(): Promise<void> {
    this.#closing ??= this.#close()
    return this.#closing
  }

  /** Records with the same key keep their order, whatever fails. */
  async #append(records: readonly NewRecord[]): Promise<readonly Appended[]> {
    const { watch, reservations } = this.#parts
    watch.check()
    const asked = records.map((record): Asked => ({ record, claim: { kind: 'waiting' } }))
    const mine = (): readonly NewRecord[] =>
      asked.filter(({ claim }) => claim.kind === 'mine').map(({ record }) => record)
    const waitUntil = performance.now() + longestWaitMs
    try {
      for (let left: readonly Asked[] = asked; ; ) {
        await this.#claim(left.filter(({ claim }) => claim.kind === 'waiting'))
        const late = lateOf(left)
        await this.#send(left.filter((one) => !late.includes(one)))
        if (late.length === 0) return asked.map(outcomeOf)
        if (performance.now() > waitUntil) throw reservedByAnother()
        await this.#waitALittle()
        left = late
      }
    } catch (error) {
      reservations.releaseLease(mine())
      throw error
    } finally {
      for (const record of mine()) reservations.release(record)
    }
  }

  async #claim(asked: readonly Asked[]): Promise<void> {
    const [claims = []] = await this.#claims.add([asked.map(({ record }) => record)])
    for (const [index, claim] of claims.entries()) Object.assign(asked[index] as Asked, { claim })
  }

  async #waitALittle(): Promise<void> {
    await pause(waitingMs, this.#stop)
    if (this.#stop.signal.aborted) throw closed()
  }

  /** Stores the records that are ours to append: each partition's at once, and those that it took are held even if another fails. */
  async #send(asked: readonly Asked[]): Promise<void> {
    const { namespace, partitions } = this.#options.config
    const mine = asked.flatMap(({ record, claim }) =>
      claim.kind === 'mine' ? [underReceipt(record, claim)] : []
    )
    if (mine.length === 0) return
    reachFailpoint('log.reserved')
    const shards = Map.groupBy(mine, ({ topic, key }) => shardOf(topic, partitionOf(key, partitions)))
    const sending = [...shards].map(async ([shard, records]) => {
      await this.#parts.sender.send(placeOf(shard, namespace), records)
      return records
    })
    const sent = await Promise.allSettled(sending)
    reachFailpoint('log.sent')
    await this.#commits.add(sent.flatMap((one) => (one.status === 'fulfilled' ? one.value : [])))
    await Promise.all(sending)
  }

  async #close(): Promise<void> {
    this.#stop.abort()
    await Promise.all([...this.#subscriptions].map((subscription) => subscription.close()))
    await Promise.allSettled([...this.#appends])
    await this.#parts.sender.close()
    this.#parts.watch.close()
    await Promise.all([this.#parts.offsets.close(), this.#parts.ids.close()])
  }

  #refuseWhenClosed(): void {
    if (this.#closing) throw closed()
  }
}

/** The records that another caller is appending, and those of the same key behind them. */
function lateOf(asked: readonly Asked[]): readonly Asked[] {
  if (asked.every(({ claim }) => claim.kind !== 'waiting')) return []
  const keys = new Set<string>()
  return asked.filter(({ record: { topic, key }, claim }) => {
    const name = `${topic} ${Buffer.from(key).toString('hex')}`
    return keys.has(name) || (claim.kind === 'waiting' && keys.add(name))
  })
}

function closed(): BusError {
  return new BusError('BUS_LOG_UNAVAILABLE', 'log-closed')
}

/** Whoever sends the event after the lease has ended takes the record over. */
function reservedByAnother(): BusError {
  return new BusError('BUS_LOG_UNAVAILABLE', 'append-under-way', { waitMs: 2000 })
}

function outcomeOf({ record, claim }: Asked): Appended {
  if (claim.kind === 'waiting') throw new TypeError(`no answer for ${record.id}`)
  if (claim.kind === 'conflicting') return { outcome: 'conflicting' }
  const { recordedTime, receipt } = claim
  const isFirst = claim.kind === 'mine' && receipt.token === record.receipt.token
  return isFirst ? { outcome: 'appended' } : { outcome: 'repeated', recordedTime, receipt }
}
