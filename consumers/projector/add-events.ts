import type { Archive } from '#bus/archive/archive.ts'
import type { Attachments } from '#bus/attachments/attachments.ts'
import type { Signals } from '#engines/signals/signals.ts'
import { pipeline } from '#engines/store/pipeline.ts'
import type { StoreTransaction } from '#engines/store/store.ts'
import type { Metrics } from '#engines/telemetry/metrics.ts'
import type { JustProjected } from './just-projected.ts'
import { progress } from './positions.ts'
import type { EventToProject } from './project-records.ts'
import type { ProjectedEvent } from './projected-event.ts'

/** A view's part in a transaction: adds events, and returns what is to be signalled of new inbox entries. */
export type Apply = (events: readonly ProjectedEvent[]) => Promise<ReadonlySet<string>>

/** Reads, in the transaction, what a view needs about these agencies. */
export type BeginApplying = (transaction: StoreTransaction, agencies: readonly string[]) => Promise<Apply>

export interface AddingOptions {
  readonly archive: Archive
  readonly attachments: Attachments
  readonly beginApplying: BeginApplying
  readonly justProjected: JustProjected
  readonly signals: Signals
  readonly metrics: Metrics
}

/** What a transaction changed: the inboxes, and the new events. */
export interface Added {
  readonly news: ReadonlySet<string>
  readonly events: readonly ProjectedEvent[]
}

type Numbered = EventToProject & Pick<ProjectedEvent, 'number'>

/** Adds events to the archive and to what is made of it. */
export async function addEvents(
  transaction: StoreTransaction,
  events: readonly Numbered[],
  { archive, attachments, apply }: Pick<AddingOptions, 'archive' | 'attachments'> & { readonly apply: Apply }
): Promise<Added> {
  const pinning = events.map((event) => attachments.pin(transaction, event, event.attachments))
  const [, news] = await pipeline([archive.append(transaction, events), apply(events), ...pinning])
  return { news, events }
}

/** Tells of what was added, once it is committed. */
export function tellOf(
  { news, events }: Added,
  { justProjected, signals, metrics }: Pick<AddingOptions, 'justProjected' | 'signals' | 'metrics'>
): void {
  metrics.projected.inc(events.length)
  justProjected.add(events)
  signals.notify([...news, progress])
}

/** All agencies that may see any of these events, sorted. */
export function agenciesOf(events: readonly Pick<ProjectedEvent, 'grants'>[]): readonly string[] {
  return [...new Set(events.flatMap(({ grants }) => grants.map(({ agency }) => agency)))].sort()
}
