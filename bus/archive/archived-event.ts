import type { BusEvent } from '#protocol/events/event.ts'
import type { Proof } from '#protocol/events/proof.ts'

/** An event as the archive keeps it, with what the bus added beside it. */
export interface ArchivedEvent {
  readonly number: number
  readonly hash: string
  readonly source: string
  readonly id: string
  readonly type: string
  readonly subject: string
  /** The event in canonical form (RFC 8785); `eventOf` reads it. */
  readonly body: string
  readonly recordedTime: string
  readonly act: number
  /** Absent where the publisher may publish unsigned. */
  readonly signature: Proof | undefined
  readonly receipt: Proof
  /** The bus holds the publishing system's key. */
  readonly hosted: boolean
  /** W3C trace context of the bus's last hop before it was archived. */
  readonly traceparent: string | undefined
}

/** An event about to be archived; its number is given as it is. */
export type NewArchivedEvent = Omit<ArchivedEvent, 'number'>

/** The event itself. Its body was checked before it was stored, so plain parsing is safe. */
export function eventOf({ body }: Pick<ArchivedEvent, 'body'>): BusEvent {
  return JSON.parse(body) as BusEvent
}
