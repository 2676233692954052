import { type ArchivedEvent, eventOf } from '#bus/archive/archived-event.ts'
import type { OutboundEvent } from '../../connector.ts'

/** An event of the archive as a connector is given it. */
export function toOutbound(archived: ArchivedEvent): OutboundEvent {
  const { hash, recordedTime } = archived
  return { event: eventOf(archived), hash, recordedTime }
}
