import type { Signals } from '#engines/signals/signals.ts'
import type { Metrics } from '#engines/telemetry/metrics.ts'
import type { JustProjected, ParsedEvent } from './just-projected.ts'
import { progress } from './positions.ts'

export interface TellingOptions {
  readonly justProjected: JustProjected
  readonly signals: Signals
  readonly metrics: Metrics
}

/** Tells of events that were added and of the inboxes that have them, once that is committed. */
export function tell(
  events: readonly ParsedEvent[],
  news: ReadonlySet<string>,
  { justProjected, signals, metrics }: TellingOptions
): void {
  metrics.projected.inc(events.length)
  justProjected.add(events)
  signals.notify([...news, progress])
}
