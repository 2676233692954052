import type { BusEvent } from './event.ts'
import type { WrittenEvent } from './hash.ts'
import type { Json } from './json.ts'
import type { Proof } from './proof.ts'

/**
 * What an event is at each stage of its way: sent, logged, archived
 * (`ArchivedEvent`, the archive's) and delivered. Whoever needs less of one
 * takes a `Pick` of it.
 */

/** An event as its system sent it: parsed, and not checked yet. */
export interface SentEvent extends WrittenEvent {
  readonly value: Json
  /** That its system signed it; undefined where the agency may publish unsigned. */
  readonly signature: Proof | undefined
}

/** An event as the log holds it, with what the bus added when it accepted it. */
export interface LoggedEvent extends Omit<SentEvent, 'value'> {
  readonly event: BusEvent
  readonly schemaId: number
  /** Number of the last act the event was checked under. */
  readonly act: number
  /** The bus's own time of the event: RFC 3339, UTC. */
  readonly recordedTime: string
  readonly receipt: Proof
  /** The bus holds the publishing system's key. */
  readonly hosted: boolean
  /** W3C trace context of the bus's last hop with it. */
  readonly traceparent: string | undefined
}

/** An event as its recipient is given it, in JSON. */
export interface DeliveredEvent {
  readonly event: BusEvent
  readonly added: {
    readonly recordedtime: string
    /** By which it is seen; absent where the event names its recipient. */
    readonly agreement?: string
    readonly traceparent?: string
    readonly unsigned?: boolean
    readonly hosted?: boolean
  }
  readonly signature?: Proof
  readonly receipt: Proof
}
