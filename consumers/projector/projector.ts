import type { Archive } from '#bus/archive/archive.ts'
import type { Attachments } from '#bus/attachments/attachments.ts'
import type { EventLog, LogRecord } from '#engines/event-log/event-log.ts'
import type { Signals } from '#engines/signals/signals.ts'
import { isDiskSpaceLow } from '#engines/store/disk-space.ts'
import { pipeline } from '#engines/store/pipeline.ts'
import type { Store, StoreTransaction } from '#engines/store/store.ts'
import { reachFailpoint } from '#engines/telemetry/failpoints.ts'
import type { Logger } from '#engines/telemetry/logger.ts'
import type { Metrics } from '#engines/telemetry/metrics.ts'
import { traced } from '#engines/telemetry/tracing.ts'
import type { JustProjected } from './just-projected.ts'
import { movePosition, progress, readPositions } from './positions.ts'
import { type Batch, projectBatch } from './project-batch.ts'
import { createProjection, type Decoded, type Projection, type ProjectionOptions } from './project-records.ts'
import type { ProjectedEvent } from './projected-event.ts'
import type { Quarantine } from './quarantine.ts'

/**
 * A view's part in the projector's transaction. It first reads what it needs about these agencies, then
 * applies events, and returns what is to be signalled of new inbox entries.
 */
export type BeginApplying = (
  transaction: StoreTransaction,
  agencies: readonly string[]
) => Promise<(events: readonly ProjectedEvent[]) => Promise<ReadonlySet<string>>>

export interface ProjectorOptions extends ProjectionOptions {
  readonly log: EventLog
  readonly store: Store
  readonly archive: Archive
  readonly attachments: Attachments
  readonly beginApplying: BeginApplying
  readonly justProjected: JustProjected
  readonly signals: Signals
  readonly quarantine: Quarantine
  readonly metrics: Metrics
  readonly logger: Logger
}

/** Reads the log and changes state; position and state change in one transaction. */
export interface Projector {
  /** Why it is stopped; undefined while it runs, or waits for space on the disk. */
  problem(): string | undefined
  close(): Promise<void>
}

export function startProjector(options: ProjectorOptions): Projector {
  const { log, store, archive, quarantine, signals, metrics, logger } = options
  const project = createProjection(options)
  const problems = new Map<string, unknown>()
  /** Results of later batches, prepared while an earlier one is written. */
  const prepared = new WeakMap<readonly LogRecord[], Promise<Projection>>()
  const prepare = (records: readonly LogRecord[] | undefined): void => {
    if (!records || records.length === 0) return
    const projection = project(records)
    projection.catch(() => {}) // Reported when the batch is taken.
    prepared.set(records, projection)
  }

  const projectOnce = async ({ records, events: decoded, quarantined, after }: Batch): Promise<void> => {
    await log.confirmStored(decoded)
    const { news, events } = await store.transaction(async (transaction): Promise<Taken> => {
      const [, events, apply] = await pipeline([
        movePosition(transaction, records, after),
        archive.number(transaction, decoded),
        options.beginApplying(transaction, agenciesOf(decoded)),
        ...quarantined.map((one) => quarantine.add(transaction, one))
      ])
      const pinning = events.map((event) => options.attachments.pin(transaction, event, event.attachments))
      const [, news] = await pipeline([archive.append(transaction, events), apply(events), ...pinning])
      reachFailpoint('projector.before-commit')
      return { news, events }
    })
    reachFailpoint('projector.after-commit')
    metrics.projected.inc(events.length)
    options.justProjected.add(events)
    for (const one of quarantined) quarantine.report(one)
    signals.notify([...news, progress])
  }

  const subscription = log.read({
    group: 'projector',
    positionOf: async (shard) => (await readPositions(store)).get(shard) ?? 0,
    reader: async (records, after, ahead) => {
      const projection = await (prepared.get(records) ?? project(records))
      const { events, quarantined, taken, waits } = projection
      const hops = events.map(({ hop }) => hop)
      const batch = { records: records.slice(0, taken), events, quarantined, after }
      const taking = traced(hops, () =>
        projectBatch(batch, { project: projectOnce, refuses: store.refuses.bind(store) })
      )
      try {
        prepare(ahead())
      } catch {
        // The batch is read again when it is its turn, and the error is reported then.
      }
      await taking
      if (waits) throw waits
    },
    onState: (fault, shard) => {
      if (fault === undefined) problems.delete(shard)
      else problems.set(shard, fault)
      metrics.projectorStopped.set(problems.size > 0 ? 1 : 0)
      if (fault !== undefined)
        logger.error({ err: fault, shard }, 'projector stopped at this shard; retrying; see err')
    }
  })

  return {
    problem: () => [...problems.values()].filter((fault) => !isDiskSpaceLow(fault)).map(String)[0],
    close: () => subscription.close()
  }
}

/** What a batch changed: the inboxes, and the new events. */
interface Taken {
  readonly news: ReadonlySet<string>
  readonly events: readonly ProjectedEvent[]
}

/** All agencies that may see any of these events, sorted. */
function agenciesOf(events: readonly Decoded[]): readonly string[] {
  return [...new Set(events.flatMap(({ grants }) => grants.map(({ agency }) => agency)))].sort()
}
