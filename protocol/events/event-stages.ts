import type { BusEvent } from './event.ts'
import type { WrittenEvent } from './hash.ts'
import type { StrictJson } from './json.ts'
import type { Proof } from './proof.ts'

/**
 * What an event is at each stage of its way: sent, logged, archived
 * (`ArchivedEvent`, the archive's) and delivered. Whoever needs less of one
 * takes a `Pick` of it.
 */

/** An event as its system sent it: parsed, and not checked yet. */
export interface SentEvent extends WrittenEvent {
  readonly value: StrictJson
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

/** An event as its recipient is given it, in JSON: an item of an inbox, or the answer of `GET /v1/events/{hash}`. */
export interface DeliveredEvent {
  /** The event exactly as its sender wrote it (CloudEvents 1.0). */
  readonly event: BusEvent
  /** What the bus adds; none of it is signed by the sender. */
  readonly added: {
    /** When the bus recorded the event, by its own clock: RFC 3339 in UTC, with milliseconds. Part of the receipt. */
    readonly recordedtime: string
    /** The agreement by which the agency sees the event; absent where the event names the agency as recipient. */
    readonly agreement?: string
    /** The bus's last hop in the sender's trace (W3C Trace Context): go on from it. */
    readonly traceparent?: string
    /** The bus took the event without a signature, as the operator allows that system. */
    readonly unsigned?: boolean
    /** The bus holds the sending system's key: one of its own connectors signed. */
    readonly hosted?: boolean
  }
  /** The sender's signature over the event; absent with `added.unsigned` alone. */
  readonly signature?: Proof
  /** The bus's signed word that it holds the event. */
  readonly receipt: Proof
}
