import type { BusEvent } from '#protocol/events/event.ts'

/** An archived event as the view takes it. */
export interface FlowEvent {
  readonly number: number
  readonly event: BusEvent
  /** Milliseconds since the epoch. */
  readonly recordedAt: number
  /** The agencies that may see it, beside its sender, by the state under which it was accepted. */
  readonly mayRead: readonly string[]
}
