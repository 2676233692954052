import type { ArchiveTables } from '#bus/archive/archive-tables.ts'
import { caughtUp, forgetPositions } from '#consumers/projector/positions.ts'
import type { ProjectorTables } from '#consumers/projector/projector-tables.ts'
import { createKafkaClient } from '#engines/event-log/kafka/connect.ts'
import type { KafkaConfig } from '#engines/event-log/kafka/kafka-config.ts'
import { idsOf, knownTopics, replaceTopic } from '#engines/event-log/kafka/known-topics.ts'
import type { ReservationTables } from '#engines/event-log/kafka/reservation-tables.ts'
import { nameOf, reopen } from '#engines/event-log/kafka/reservations.ts'
import { openTopicIds } from '#engines/event-log/kafka/topic-ids.ts'
import type { Store } from '#engines/store/store.ts'
import type { Logger } from '#engines/telemetry/logger.ts'
import { BusError } from '#protocol/errors/bus-error.ts'
import type { Engines } from '#runtime/open-engines.ts'

export interface AcceptOptions {
  readonly engines: Pick<Engines, 'store' | 'log' | 'signals'>
  readonly kafka: KafkaConfig
  /** The topics of this release. */
  readonly topics: readonly string[]
  readonly topic: string
  readonly logger: Logger
}

export interface Accepted {
  /** The accepted events that were in the deleted topic only. */
  readonly missing: readonly MissingEvent[]
  /**
   * Whoever sends one of them again, unchanged, has it appended under its first receipt. Once they are told: they are
   * not found again.
   */
  free(): Promise<void>
}

/** An accepted event that is in no inbox. */
export type MissingEvent = Pick<ReservationTables['logIds'], 'source' | 'id' | 'recordedTime'>

const caughtUpMs = 120_000

/**
 * Lets the store belong to a topic that was created again under its name: it is read from its beginning, and events
 * that the inboxes have already are dropped as copies. Undefined while the consumers have not read everything: then
 * nobody knows yet what is missing.
 */
export async function acceptTopic(options: AcceptOptions): Promise<Accepted | undefined> {
  const { engines, kafka, topics, topic, logger } = options
  const { store } = engines
  if (!topics.includes(topic)) {
    const values = { topic, topics: topics.join(', ') }
    throw new BusError('BUS_CONFIG_INVALID', 'topic-not-of-this-release', { values })
  }
  const before = await unprojected(store)
  const ids = openTopicIds(createKafkaClient(kafka, logger))
  try {
    const id = (await idsOf(ids, kafka.namespace, [topic])).get(topic)
    if (id === undefined) throw new BusError('BUS_LOG_UNAVAILABLE', 'topic-missing', { values: { topic } })
    if ((await knownTopics(store)).get(topic) !== id) {
      await store.transaction(async (transaction) => {
        await replaceTopic(transaction, topic, id)
        await forgetPositions(transaction, topic)
      })
    }
  } finally {
    await ids.close()
  }
  if (!(await caughtUp(engines, caughtUpMs))) return undefined
  const still = new Set((await unprojected(store)).map(nameOf))
  const missing = before.filter((event) => still.has(nameOf(event))) // What is accepted since is on its way.
  return { missing, free: () => reopen(store, missing) }
}

type Tables = ReservationTables & ArchiveTables & ProjectorTables

/** The bus's own records are in no archive. */
const ownSource = '/bus'

/** Accepted events that are neither in the archive nor quarantined. */
function unprojected(store: Store): Promise<readonly MissingEvent[]> {
  return store
    .reader<Tables>()
    .selectFrom('logIds as l')
    .leftJoin('archiveEvents as a', (on) => on.onRef('a.source', '=', 'l.source').onRef('a.id', '=', 'l.id'))
    .leftJoin('projectorQuarantine as q', (on) =>
      on.onRef('q.source', '=', 'l.source').onRef('q.id', '=', 'l.id')
    )
    .where('l.state', '=', 'held')
    .where('l.source', '<>', ownSource)
    .where('a.id', 'is', null)
    .where('q.id', 'is', null)
    .select(['l.source', 'l.id', 'l.recordedTime'])
    .execute()
}
