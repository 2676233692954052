import type { Signals } from '#engines/signals/signals.ts'
import type { Store } from '#engines/store/store.ts'
import type { Metrics } from '#engines/telemetry/metrics.ts'
import type { Tracing } from '#engines/telemetry/tracing.ts'
import type { InstanceGuard } from '../hosted-instance.ts'
import type { EntrySource } from './entry-source.ts'
import type { Pacer } from './pace.ts'

/** What the outbound halves of all instances share. */
export interface OutboundOptions {
  readonly store: Store
  readonly inbox: EntrySource
  readonly guard: InstanceGuard
  readonly signals: Signals
  readonly tracing: Tracing
  readonly metrics: Metrics
  readonly pacerOf: (rateGroup: string) => Pacer
  /** The names of the instances of a rate group. */
  readonly instancesOf: (rateGroup: string) => readonly string[]
  /** Milliseconds since the epoch, of a clock that is never set. */
  readonly steadyNow: () => number
  readonly scheduleMs?: readonly number[]
  /** How long an attempt of a process that is gone may still run. The outside is not asked before about it. Default: 0. */
  readonly graceMs?: number
}

/** Whoever brings in much is told that the instance delivers, or is about to. */
export interface DeliveriesNoted {
  readonly noteDelivery: () => void
}

/** Name of the signal that the deliveries of an instance were changed, by a person for example. */
export function deliveriesChanged(instance: string): string {
  return `deliveries of ${instance}`
}
