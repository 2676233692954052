import type { Store, StoreTransaction } from '#engines/store/store.ts'
import type { Logger } from '#engines/telemetry/logger.ts'
import type { Metrics } from '#engines/telemetry/metrics.ts'
import type { QuarantinedRecord } from './project-records.ts'
import type { ProjectorTables } from './projector-tables.ts'

/** The records that reach no inbox: each is kept on a list and told of, and stops nothing. */
export interface Quarantine {
  /** Keeps one, in the transaction that moves the position past it. */
  add(transaction: StoreTransaction, record: QuarantinedRecord): Promise<void>
  /** Tells of one, once that is committed. */
  tell(record: QuarantinedRecord): void
  /** What an operator should know of events that were accepted; undefined while none is kept. */
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
  const { count } = await store
    .reader<ProjectorTables>()
    .selectFrom('projectorQuarantine')
    .select((e) => e.fn.countAll<number>().as('count'))
    .where('hash', 'is not', null)
    .executeTakeFirstOrThrow()
  let accepted = Number(count)

  return {
    async add(transaction, { record, reason, isOurs }) {
      const { shard, position, topic, headers } = record
      const { ce_source: source = null, ce_id: id = null, bus_hash: hash = null } = isOurs ? headers : {}
      await transaction
        .tables<ProjectorTables>()
        .insertInto('projectorQuarantine')
        .values({ shard, position, topic, reason: keepable(reason), quarantinedAt: now(), source, id, hash })
        .execute()
    },

    tell({ record, reason, isOurs }) {
      if (isOurs) accepted += 1
      metrics.quarantined.inc({ part: 'projector' })
      const { shard, position, topic, headers } = record
      const event = isOurs ? { source: headers.ce_source, id: headers.ce_id, hash: headers.bus_hash } : {}
      logger.error(
        { shard, position, topic, ...event },
        `record quarantined: ${keepable(reason)}; reading continues with the next record`
      )
    },

    warning: () =>
      accepted === 0
        ? undefined
        : `${accepted} accepted event(s) are quarantined and reach no inbox: see projectorQuarantine in the store for each with its reason; its record stays in the log`
  }
}

/** A reason may hold what the store refused. */
function keepable(reason: string): string {
  return reason.slice(0, maxReasonLength).replaceAll('\0', '\\0').toWellFormed()
}
