import type { ArchivedEvent } from '#bus/archive/archived-event.ts'
import type { Grant } from '#bus/policy/visibility.ts'
import type { BusEvent } from '#protocol/events/event.ts'

/** An archived event as passed to the views, with the agencies that may see it. */
export interface ProjectedEvent extends ArchivedEvent {
  readonly event: BusEvent
  readonly grants: readonly Grant[]
}
