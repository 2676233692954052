import { numberNew } from '#bus/archive/append-events.ts'
import type { ArchiveForm } from '#bus/archive/archive-form.ts'
import type { BatchReader, EventLog, LogRecord } from '#engines/event-log/event-log.ts'
import { isDiskSpaceLow } from '#engines/store/disk-space.ts'
import { pipeline } from '#engines/store/pipeline.ts'
import type { Store } from '#engines/store/store.ts'
import { reachFailpoint } from '#engines/telemetry/failpoints.ts'
import type { Logger } from '#engines/telemetry/logger.ts'
import { createProblemLog, createProblemLogs } from '#engines/telemetry/problem-log.ts'
import { traced } from '#engines/telemetry/tracing.ts'
import { BusError } from '#protocol/errors/bus-error.ts'
import { createCoalescer } from '#protocol/timing/coalesce.ts'
import { type Move, movePositions, readPositions } from './positions.ts'
import { type Batch, projectBatch } from './project-batch.ts'
import { createProjection, type Projection, type ProjectionOptions } from './project-records.ts'
import type { BeginAdding } from './projected-event.ts'
import type { Quarantine } from './quarantine.ts'
import { type TellingOptions, tell } from './tell.ts'

export interface ProjectorOptions extends ProjectionOptions, TellingOptions {
  readonly log: EventLog
  readonly store: Store
  /** Of the archive that `beginAdding` adds to. */
  readonly archiveForm?: ArchiveForm
  readonly beginAdding: BeginAdding
  readonly quarantine: Quarantine
  readonly logger: Logger
  readonly now: () => number
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
  const { log, store, quarantine, metrics, logger, now } = options
  const project = createProjection(options)
  const problems = new Map<string, unknown>()
  const problemLogs = createProblemLogs((shard) => createProblemLog(logger.child({ shard }), messages, now))
  let reached = -1
  /** Results of later batches, prepared while an earlier one is written. */
  const prepared = new WeakMap<readonly LogRecord[], Promise<Projection>>()
  const prepare = (ahead: Page[2]): void => {
    try {
      const records = ahead()
      if (!records || records.length === 0) return
      const projection = project(records)
      projection.catch(() => {}) // Reported when the batch is taken.
      prepared.set(records, projection)
    } catch {
      // The batch is read again when it is its turn, and the error is reported then.
    }
  }

  /** All of these batches, each of another shard, or nothing of them. */
  const projectOnce = async (batches: readonly Batch[]): Promise<void> => {
    const decoded = batches.flatMap((batch) => batch.events)
    const quarantined = batches.flatMap((batch) => batch.quarantined)
    await log.confirmStored(decoded)
    const { events, news } = await store.transaction(async (transaction) => {
      const [, events, add] = await pipeline([
        movePositions(transaction, batches.flatMap(moveOf)),
        numberNew(transaction, decoded, options.archiveForm),
        options.beginAdding(transaction, decoded),
        ...quarantined.map((one) => quarantine.add(transaction, one))
      ])
      const news = await add(events)
      reachFailpoint('projector.before-commit')
      return { events, news }
    })
    reachFailpoint('projector.after-commit')
    tell(events, news, options)
    for (const one of quarantined) quarantine.report(one)
    for (const { to } of batches.flatMap(moveOf)) reached = to
  }

  const projectAlone = (batch: Batch): Promise<void> =>
    projectBatch(batch, {
      project: (part) => projectOnce([part]),
      refuses: store.refuses.bind(store)
    })

  const decode = async ([records, after]: Page) => {
    const { events, quarantined, taken, waits } = await (prepared.get(records) ?? project(records))
    return { batch: { records: records.slice(0, taken), events, quarantined, after }, waits }
  }

  /** Shards share a transaction. If it fails, each gets its own, so that none stops at what is wrong with another. */
  const take = async (pages: readonly Page[]): Promise<readonly PromiseSettledResult<void>[]> => {
    const decoded = await Promise.allSettled(pages.map(decode))
    const batches = decoded.flatMap((one) => (one.status === 'fulfilled' ? [one.value.batch] : []))
    const [shared] = await Promise.allSettled(batches.length > 1 ? [projectOnce(batches)] : [])
    const taking = decoded.map(async (one) => {
      if (one.status === 'rejected') throw one.reason
      const { batch, waits } = one.value
      const hops = batch.events.map(({ hop }) => hop)
      await traced(hops, async () => {
        if (shared?.status === 'rejected' && isStoreAway(shared.reason)) throw shared.reason
        if (shared?.status !== 'fulfilled') await projectAlone(batch)
      })
      if (waits) throw waits
    })
    for (const [, , ahead] of pages) prepare(ahead)
    return Promise.allSettled(taking)
  }

  const pages = createCoalescer({ run: take, maxItems: maxShards, maxWeight, weigh: weightOf })

  const subscription = log.read({
    group: 'projector',
    positionOf: async (shard) => {
      const position = (await readPositions(store)).get(shard) ?? 0
      reached = position
      return position
    },
    reader: async (...page) => {
      const [taken] = await pages.add([page])
      if (taken?.status === 'rejected') throw taken.reason
    },
    onState: (fault, shard) => {
      if (fault === undefined) {
        problems.delete(shard)
        problemLogs.end(shard)
        quarantine.recount()
      } else {
        problems.set(shard, fault)
        problemLogs.report(shard, fault)
      }
      metrics.projectorStopped.set(problems.size > 0 ? 1 : 0)
    }
  })

  return {
    reached: () => reached,
    problem: () => [...problems.values()].filter((fault) => !isDiskSpaceLow(fault)).map(String)[0],
    close: () => subscription.close()
  }
}

const messages = {
  begins: 'projector stopped at this shard; retrying; see err',
  ends: 'projector reads this shard again',
  level: 'error'
} as const

/** What a shard has next. */
type Page = Parameters<BatchReader>

/** Limits of what shares a transaction: shards, and small records or 8 KiB. */
const maxShards = 64
const maxWeight = 500
const bytesPerWeight = 8192

function weightOf([records]: Page): number {
  return records.reduce((sum, { value }) => sum + 1 + value.length / bytesPerWeight, 0)
}

/** Then a transaction of its own would fail too, after as long a wait. */
function isStoreAway(error: unknown): boolean {
  return error instanceof BusError && error.code === 'BUS_STORE_UNAVAILABLE'
}

function moveOf({ records, after }: Batch): readonly Move[] {
  const last = records.at(-1)
  return last ? [{ shard: last.shard, after, to: last.position }] : []
}
