import type { Archive, ArchivedEvent } from '../archive/archive.ts'
import type { Attachments } from '../attachments/attachments.ts'
import type { EventLog } from '../event-log/event-log.ts'
import { agencyOf, type BusEvent } from '../events/event.ts'
import type { Grant } from '../policy/visibility.ts'
import type { Store, StoreTransaction } from '../store/store.ts'
import type { Failpoints } from '../telemetry/failpoints.ts'
import { within } from '../telemetry/tracing.ts'
import { keepAside, movePosition, progress, readPositions } from './positions.ts'
import { createProjection, type Decoded, type ProjectionOptions } from './project-records.ts'
import type { Signals } from './signals.ts'

/** An archived event and who may see it. */
export type ProjectedEvent = ArchivedEvent & { readonly event: BusEvent; readonly grants: readonly Grant[] }

/** A view's part in the projector's transaction; tells whose inboxes have something new. */
export type ApplyEvents = (
  transaction: StoreTransaction,
  events: readonly ProjectedEvent[]
) => Promise<ReadonlySet<string>>

export interface ProjectorOptions extends ProjectionOptions {
  readonly log: EventLog
  readonly store: Store
  readonly archive: Archive
  readonly attachments: Attachments
  readonly apply: ApplyEvents
  readonly signals: Signals
  readonly failpoints: Failpoints
  readonly now: () => number
}

/** The loop that reads the log and changes state: position and state in one transaction. */
export interface Projector {
  /** Why it stands still; undefined while it runs. */
  problem(): string | undefined
  close(): Promise<void>
}

export async function startProjector(options: ProjectorOptions): Promise<Projector> {
  const { log, store, signals, metrics, logger, failpoints } = options
  const project = createProjection(options)
  const problems = new Map<string, string>()

  const subscription = log.read({
    group: 'projector',
    positionOf: async (shard) => (await readPositions(store)).get(shard) ?? 0,
    reader: async (records, after) => {
      const { events: decoded, setAside, taken, waits } = await project(records)
      await log.found(decoded)
      const take = async (transaction: StoreTransaction): Promise<Taken> => {
        await movePosition(transaction, records.slice(0, taken), after)
        for (const { record, reason } of setAside) await keepAside(transaction, record, reason, options.now())
        const events = await withoutCopies(transaction, options.archive, decoded)
        const numbered = await options.archive.append(transaction, events)
        const projected = events.map((event, index) => ({ ...event, number: numbered[index]?.number ?? 0 }))
        for (const { number, source, attachments } of projected) {
          await options.attachments.pin(transaction, { number, agency: agencyOf(source) }, attachments)
        }
        const touched = await options.apply(transaction, projected)
        failpoints.reach('projector.before-commit')
        return { touched, count: events.length }
      }
      const hops = decoded.map(({ hop }) => hop)
      const changed = await within(hops, () => store.transaction(take))
      failpoints.reach('projector.after-commit')
      metrics.projected.inc(changed.count)
      signals.notify([...changed.touched, progress])
      if (waits) throw waits
    },
    onState: (fault, shard) => {
      if (fault === undefined) problems.delete(shard)
      else problems.set(shard, String(fault))
      metrics.projectorStopped.set(problems.size)
      if (fault !== undefined) logger.error({ err: fault, shard }, 'projector stands still')
    }
  })

  return {
    problem: () => problems.values().next().value,

    close: () => subscription.close()
  }
}

/** What a batch changed: whose inboxes, and how many events were new. */
interface Taken {
  readonly touched: ReadonlySet<string>
  readonly count: number
}

/** The log may hold an event more than once, where whoever appended it could not know that it had. */
async function withoutCopies(
  transaction: StoreTransaction,
  archive: Archive,
  events: readonly Decoded[]
): Promise<readonly Decoded[]> {
  const known = new Set(await archive.held(transaction, events))
  return events.filter(({ hash }) => {
    const isFirst = !known.has(hash)
    known.add(hash)
    return isFirst
  })
}
