import type { BusEvent } from '#protocol/events/event.ts'
import type { LoggedEvent } from '#protocol/events/event-stages.ts'

/** An event as the archive keeps it, with what the bus added beside it. */
export interface ArchivedEvent
  extends Omit<LoggedEvent, 'event' | 'schemaId'>,
    Pick<BusEvent, 'source' | 'id' | 'type' | 'subject'> {
  /** Its place in the archive. */
  readonly number: number
}

/** An event about to be archived; its number is given as it is. */
export type NewArchivedEvent = Omit<ArchivedEvent, 'number'>

/** The event itself. Its body was checked before it was stored, so plain parsing is safe. */
export function eventOf({ body }: Pick<ArchivedEvent, 'body'>): BusEvent {
  return JSON.parse(body) as BusEvent
}
