import type { BusEvent } from '#protocol/events/event.ts'
import type { ProjectedEvent } from './projected-event.ts'

/** What was projected, with the event itself. */
export interface ParsedEvent extends Pick<ProjectedEvent, 'number' | 'recordedTime' | 'grants'> {
  readonly event: BusEvent
}

/** A view that follows the projector of this process, and need not read and parse again what it is given. */
export interface JustProjected {
  /** Adds what a transaction has projected. */
  add(events: readonly ParsedEvent[]): void
}
