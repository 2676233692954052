import { randomBytes, randomUUID } from 'node:crypto'
import type { BusEvent } from '#protocol/events/event.ts'
import type { JsonObject } from '#protocol/events/json.ts'

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
export function newEvent(system: string, { recipients, ...draft }: EventDraft): BusEvent {
  return {
    specversion: '1.0',
    id: uuidV7(),
    source: system,
    time: new Date().toISOString(),
    nonce: randomBytes(16).toString('base64url'),
    ...(recipients === undefined ? {} : { recipients: recipients.join(',') }),
    ...draft
  } as BusEvent
}

/** RFC 9562 version 7: ordered by time, so that stores keep neighbours together. */
function uuidV7(): string {
  const time = Date.now().toString(16).padStart(12, '0')
  const random = randomUUID()
  return `${time.slice(0, 8)}-${time.slice(8)}-7${random.slice(15)}`
}
