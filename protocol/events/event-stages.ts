import type { BusEvent } from './event.ts'
import type { WrittenEvent } from './hash.ts'
import type { StrictJson } from './json.ts'
import type { Proof } from './proof.ts'

/**
 * An event at each of its stages: sent, checked, logged, archived (`ArchivedEvent`, in the archive) and delivered.
 * Code that needs less uses a `Pick`.
 */

/** An event as it was read: with its canonical form and its hash, parsed but not checked. */
export interface ReadEvent extends WrittenEvent {
  readonly value: StrictJson
}

/** An event as its system sent it. */
export interface SentEvent extends ReadEvent {
  /** That its system signed it; undefined where the agency may publish unsigned. */
  readonly signature: Proof | undefined
}

/** An event that passed the checks, with what the bus added. */
export interface CheckedEvent extends Omit<SentEvent, 'value'> {
  readonly event: BusEvent
  readonly schemaId: number
  /** Number of the last act that the event was checked under. */
  readonly act: number
  /** When the bus recorded the event: RFC 3339, UTC. */
  readonly recordedTime: string
  /** Whether the bus holds the private key of the publishing system. */
  readonly hosted: boolean
}

/** An event as stored in the log. */
export interface LoggedEvent extends CheckedEvent {
  readonly receipt: Proof
  /** W3C trace context of the event's last hop. */
  readonly traceparent: string | undefined
}

/** An event as delivered to its recipient, in JSON: an inbox item, or the answer of `GET /v1/events/{hash}`. */
export interface DeliveredEvent {
  /** The event exactly as its sender wrote it (CloudEvents 1.0). */
  readonly event: BusEvent
  /** What the bus adds; the sender has not signed it. */
  readonly added: {
    /** When the bus recorded the event, by its own clock: RFC 3339 in UTC, with milliseconds. Part of the receipt. */
    readonly recordedtime: string
    /** The agreement that lets the agency see the event; absent if the event names the agency as a recipient. */
    readonly agreement?: string
    /** The bus's last hop in the sender's trace (W3C Trace Context): continue from it. */
    readonly traceparent?: string
    /** The event is not signed; the operator allows this for the system. */
    readonly unsigned?: boolean
    /** The bus holds the sending system's private key: one of its own connectors signed. */
    readonly hosted?: boolean
  }
  /** The sender's signature over the event; absent only with `added.unsigned`. */
  readonly signature?: Proof
  /** The bus's signed receipt for the event. */
  readonly receipt: Proof
}
