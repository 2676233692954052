import type { ArchiveTables } from '#bus/archive/archive-tables.ts'
import { caughtUp, forgetPositions } from '#consumers/projector/positions.ts'
import type { ProjectorTables } from '#consumers/projector/projector-tables.ts'
import { createKafkaClient } from '#engines/event-log/kafka/connect.ts'
import type { KafkaConfig } from '#engines/event-log/kafka/kafka-config.ts'
import { idsOf, knownTopics, replaceTopic } from '#engines/event-log/kafka/known-topics.ts'
import type { ReservationTables } from '#engines/event-log/kafka/reservation-tables.ts'
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

/** An accepted event that is in no inbox. */
export type MissingEvent = Pick<ReservationTables['logIds'], 'source' | 'id' | 'recordedTime'>

const caughtUpMs = 120_000

/**
 * Lets the store belong to a topic that was created again under its name: it is read from its beginning, and events
 * that the inboxes have already are dropped as copies. Returns the accepted events that were in the deleted topic only.
 * Whoever sends one of them again, unchanged, has it appended under its first receipt. Undefined while the consumers
 * have not read everything: then nobody knows yet.
 */
export async function acceptTopic(options: AcceptOptions): Promise<readonly MissingEvent[] | undefined> {
  const { engines, kafka, topics, topic, logger } = options
  const { store } = engines
  if (!topics.includes(topic)) {
    const values = { topic, topics: topics.join(', ') }
    throw new BusError('BUS_CONFIG_INVALID', 'topic-not-of-this-release', { values })
  }
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
  return freeMissing(store)
}

/** The bus's own records are in no archive. */
const ownSource = '/bus'

async function freeMissing(store: Store): Promise<readonly MissingEvent[]> {
  return store.transaction((transaction) =>
    transaction
      .tables<ReservationTables & ArchiveTables & ProjectorTables>()
      .updateTable('logIds')
      .set({ state: 'reserved', leaseUntil: 0 })
      .where('state', '=', 'held')
      .where('source', '<>', ownSource)
      .where(({ not, exists, selectFrom }) =>
        not(
          exists(
            selectFrom('archiveEvents as a')
              .select('a.number')
              .whereRef('a.source', '=', 'logIds.source')
              .whereRef('a.id', '=', 'logIds.id')
          )
        )
      )
      .where(({ not, exists, selectFrom }) =>
        not(
          exists(
            selectFrom('projectorQuarantine as q')
              .select('q.id')
              .whereRef('q.source', '=', 'logIds.source')
              .whereRef('q.id', '=', 'logIds.id')
          )
        )
      )
      .returning(['logIds.source', 'logIds.id', 'logIds.recordedTime'])
      .execute()
  )
}
