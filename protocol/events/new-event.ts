import { randomBytes, randomUUID } from 'node:crypto'
import type { BusEvent } from './event.ts'
import type { JsonObject } from './json.ts'

/** What a system says itself, further attributes too. */
export interface EventContent {
  readonly type: string
  readonly subject: string
  readonly recipients?: readonly string[]
  readonly data: JsonObject
}

/** Fills in the rest of an event: id, time and nonce are new. */
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
    nonce: randomBytes(16).toString('base64url'),
    ...(recipients === undefined ? {} : { recipients: recipients.join(',') }),
    ...content
  }
}

/** RFC 9562 version 7: ordered by time, so that stores keep neighbours together. */
function uuidV7(at: number): string {
  const time = at.toString(16).padStart(12, '0')
  const random = randomUUID()
  return `${time.slice(0, 8)}-${time.slice(8)}-7${random.slice(15)}`
}
