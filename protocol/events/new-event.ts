import { toBase64url } from '../bytes/bytes.ts'
import type { BusEvent } from './event.ts'
import type { JsonObject } from './json.ts'

/** The part of an event that a system chooses itself; it may contain further attributes. */
export interface EventContent {
  readonly type: string
  readonly subject: string
  readonly recipients?: readonly string[]
  readonly data: JsonObject
}

/** Completes an event with a new id, time and nonce. */
export function toNewEvent(
  system: string,
  { recipients, ...content }: EventContent,
  at = Date.now()
): BusEvent {
  return {
    specversion: '1.0',
    id: uuidV7(at),
    source: system,
    time: new Date(at).toISOString(),
    nonce: toBase64url(crypto.getRandomValues(new Uint8Array(16))),
    ...(recipients === undefined ? {} : { recipients: recipients.join(',') }),
    ...content
  }
}

/** UUID version 7 (RFC 9562): ordered by time, so that neighbouring ids are stored together. */
function uuidV7(at: number): string {
  const time = at.toString(16).padStart(12, '0')
  const random = crypto.randomUUID()
  return `${time.slice(0, 8)}-${time.slice(8)}-7${random.slice(15)}`
}
