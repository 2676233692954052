import type { Store, StoreTransaction } from '#engines/store/store.ts'
import type { Logger } from '#engines/telemetry/logger.ts'
import type { Metrics } from '#engines/telemetry/metrics.ts'
import type { QuarantinedRecord } from './project-records.ts'
import type { ProjectorTables } from './projector-tables.ts'

/** Records that reach no inbox, and events that do not reach all of theirs. Each is stored with its reason and reported; none stops the records after it. */
export interface Quarantine {
  /** Stores one, in the transaction that moves the position past it. */
  add(transaction: StoreTransaction, record: QuarantinedRecord): Promise<void>
  /** Reports one in the log and in the metrics, after that transaction is committed. */
  report(record: QuarantinedRecord): void
  /** Counts again, after a fault: a transaction whose answer was lost may be committed, and was not reported. */
  recount(): void
  /** Accepted events in quarantine, in words for an operator; undefined if there are none. */
  warning(): string | undefined
}

export interface QuarantineOptions {
  readonly store: Store
  readonly metrics: Metrics
  readonly logger: Logger
  readonly now: () => number
}

const maxReasonLength = 300

export async function openQuarantine({
  store,
  metrics,
  logger,
  now
}: QuarantineOptions): Promise<Quarantine> {
  let accepted = 0
  const count = async (): Promise<number> => {
    const row = await store
      .reader<ProjectorTables>()
      .selectFrom('projectorQuarantine')
      .select((e) => e.fn.countAll<number>().as('count'))
      .where('hash', 'is not', null)
      .executeTakeFirstOrThrow()
    accepted = Number(row.count)
    metrics.projectorQuarantined.set(accepted)
    return accepted
  }
  await count()
  /** One count after another, so that none that began earlier has the last word. */
  let counting: Promise<unknown> = Promise.resolve()
  let isWaiting = false
  const notCounted = (error: unknown): void =>
    logger.warn({ err: error }, 'the quarantined events could not be counted; see err')

  /** What was reported until it begins is in one count. */
  const countSoon = (): void => {
    if (isWaiting) return
    isWaiting = true
    const begin = (): Promise<number> => {
      isWaiting = false
      return count()
    }
    counting = counting.then(begin).catch(notCounted)
  }

  return {
    async add(transaction, { record, reason, isOurs }) {
      const { shard, position, topic, headers } = record
      const { ce_source: source = null, ce_id: id = null, bus_hash: hash = null } = isOurs ? headers : {}
      const row = { topic, reason: storable(reason), quarantinedAt: now(), source, id, hash }
      await transaction
        .tables<ProjectorTables>()
        .insertInto('projectorQuarantine')
        .values({ shard, position, ...row })
        // A topic that was created anew has the positions of the one before.
        .onConflict((on) => on.columns(['shard', 'position']).doUpdateSet(row))
        .execute()
    },

    report({ record, reason, isOurs }) {
      if (isOurs) countSoon()
      metrics.quarantined.inc({ part: 'projector' })
      const { shard, position, topic, headers } = record
      const event = isOurs ? { source: headers.ce_source, id: headers.ce_id, hash: headers.bus_hash } : {}
      logger.error(
        { shard, position, topic, ...event },
        `record quarantined: ${storable(reason)}; reading continues with the next record`
      )
    },

    recount() {
      const compared = async (): Promise<void> => {
        const before = accepted
        const more = (await count()) - before
        if (more > 0)
          logger.error(
            `${more} more accepted event(s) were quarantined, by this process or another: the table projectorQuarantine has the reason of each`
          )
      }
      counting = counting.then(compared).catch(notCounted)
    },

    warning: () =>
      accepted === 0
        ? undefined
        : `${accepted} accepted event(s) in quarantine, not delivered, or not to all: the table projectorQuarantine has the reason of each, and where it is: the shard and the position in the event log, or the inbox that lacks it`
  }
}

/** The reason may contain what the store refused: PostgreSQL stores no NUL. */
function storable(reason: string): string {
  return reason.slice(0, maxReasonLength).replaceAll('\0', '\\0').toWellFormed()
}
