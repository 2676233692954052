import type { EventLog, LogRecord } from '#engines/event-log/event-log.ts'
import { isDiskSpaceLow } from '#engines/store/disk-space.ts'
import { pipeline } from '#engines/store/pipeline.ts'
import type { Store } from '#engines/store/store.ts'
import { reachFailpoint } from '#engines/telemetry/failpoints.ts'
import type { Logger } from '#engines/telemetry/logger.ts'
import { traced } from '#engines/telemetry/tracing.ts'
import { type AddingOptions, addEvents, agenciesOf, tellOf } from './add-events.ts'
import { movePosition, readPositions } from './positions.ts'
import { type Batch, projectBatch } from './project-batch.ts'
import { createProjection, type Projection, type ProjectionOptions } from './project-records.ts'
import type { Quarantine } from './quarantine.ts'

export interface ProjectorOptions extends ProjectionOptions, AddingOptions {
  readonly log: EventLog
  readonly store: Store
  readonly quarantine: Quarantine
  readonly logger: Logger
}

/** Reads the log and changes state; position and state change in one transaction. */
export interface Projector {
  /** With one shard, the position of the last record taken; -1 before it is known. */
  reached(): number
  /** Why it is stopped; undefined while it runs, or waits for space on the disk. */
  problem(): string | undefined
  close(): Promise<void>
}

export function startProjector(options: ProjectorOptions): Projector {
  const { log, store, archive, quarantine, metrics, logger } = options
  const project = createProjection(options)
  const problems = new Map<string, unknown>()
  let reached = -1
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
    const projected = await store.transaction(async (transaction) => {
      const [, events, apply] = await pipeline([
        movePosition(transaction, records, after),
        archive.number(transaction, decoded),
        options.beginApplying(transaction, agenciesOf(decoded)),
        ...quarantined.map((one) => quarantine.add(transaction, one))
      ])
      const projected = await addEvents(transaction, events, { ...options, apply })
      reachFailpoint('projector.before-commit')
      return projected
    })
    reachFailpoint('projector.after-commit')
    tellOf(projected, options)
    for (const one of quarantined) quarantine.report(one)
    reached = records.at(-1)?.position ?? reached
  }

  const subscription = log.read({
    group: 'projector',
    positionOf: async (shard) => {
      const position = (await readPositions(store)).get(shard) ?? 0
      reached = position
      return position
    },
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
    reached: () => reached,
    problem: () => [...problems.values()].filter((fault) => !isDiskSpaceLow(fault)).map(String)[0],
    close: () => subscription.close()
  }
}
