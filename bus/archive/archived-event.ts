import { type BusEvent, withoutNulls } from '#protocol/events/event.ts'
import type { LoggedEvent } from '#protocol/events/event-stages.ts'

/** An event as stored in the archive, with what the bus added. */
export interface ArchivedEvent
  extends Omit<LoggedEvent, 'event' | 'schemaId'>,
    Pick<BusEvent, 'source' | 'id' | 'type' | 'subject'> {
  /** Position in the archive. */
  readonly number: number
  /** Absent if an earlier release archived it, which did not note it. */
  readonly schemaId?: number | undefined
}

/** An event to be archived; the archive gives it its number. */
export type NewArchivedEvent = Omit<ArchivedEvent, 'number'>

/** The event without attributes that are null. The body was checked before it was stored, so plain parsing is safe. */
export function eventOf({ body }: Pick<ArchivedEvent, 'body'>): BusEvent {
  return withoutNulls(JSON.parse(body) as BusEvent)
}

/** What is archived of an event in the log. */
export function toArchived(read: LoggedEvent): NewArchivedEvent {
  const { source, id, type, subject } = read.event
  const { event: _event, ...facts } = read
  return { ...facts, source, id, type, subject }
}
