import type { BusEvent } from '#protocol/events/event.ts'
import type { JsonObject } from '#protocol/events/json.ts'
import { toNewEvent } from '#protocol/events/new-event.ts'

/** What an agency says; the rest of the event is filled in. */
export interface EventDraft {
  readonly type: string
  readonly subject: string
  readonly data: JsonObject
  readonly recipients?: readonly string[]
  readonly correlationid?: string
  readonly causationid?: string
}

/** A whole event from a draft: id, time and nonce are new, so keep the event and send that again after a failure. */
export function newEvent(system: string, draft: EventDraft): BusEvent {
  return toNewEvent(system, draft)
}
