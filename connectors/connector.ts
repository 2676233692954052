import type { Readable } from 'node:stream'
import type { Static, TSchema } from 'typebox'
import type { BusError } from '#protocol/errors/bus-error.ts'
import type { Attachment } from '#protocol/events/attachments-of.ts'
import type { BusEvent } from '#protocol/events/event.ts'
import type { LoggedEvent } from '#protocol/events/event-stages.ts'
import type { JsonObject } from '#protocol/events/json.ts'

/** The content of an event to publish. The host adds id, source, time and nonce, and signs it. */
export interface EventDraft {
  readonly type: string
  readonly subject: string
  readonly recipients?: readonly string[]
  readonly correlationid?: string
  readonly causationid?: string
  /** Latest time to send it, RFC 3339. An event recorded later is counted in `lienthong_sent_late_total`. */
  readonly senddeadline?: string
  /** Extension attributes that the connector defines. */
  readonly extensions?: Readonly<Record<string, string>>
  readonly data: JsonObject
}

/** An item that the connector found in the outside system, to be published as one event. */
export interface InboundItem {
  /** The connector's own name for the item. The host stores it and passes it to `acknowledge`, even after a crash. */
  readonly reference: string
  readonly draft: EventDraft
  /** Set if the item also answers an event delivered to the agency: the newest one of `sender` about `subject`. */
  readonly answers?: {
    readonly sender: string
    readonly subject: string
    readonly state: 'accepted' | 'rejected'
    readonly code: string
    readonly reason?: string
  }
}

/** An event to deliver. The same event always has the same hash: use it to recognise a repeated delivery. */
export type OutboundEvent = Pick<LoggedEvent, 'event' | 'hash' | 'recordedTime'>

/** What a connector may use of the bus. */
export interface ConnectorContext {
  /** The agency that the instance acts for. */
  readonly agency: string
  /** Stores an attachment for the agency and returns the entry for the event's list of attachments. */
  readonly attach: (name: string, mediaType: string, bytes: Uint8Array) => Promise<Attachment>
  /** The bytes of an attachment listed in an event that the agency received. */
  readonly attachment: (sha256: string) => Promise<Readable>
  /** Events of these types about a subject that the agency published and the bus accepted, oldest first. */
  readonly published: (subject: string, types: readonly string[]) => Promise<readonly BusEvent[]>
  /** Call for each item that the connector has quarantined itself: it is logged and counted. */
  readonly quarantined: (reference: string, reason: string) => void
}

/**
 * A running instance. It acts as one system of one agency and sees only that agency's inbox. The host
 * retries, keeps the order, signs, and stores what must survive a crash.
 */
export interface Connector {
  /**
   * From the bus to the outside system. The host calls it for each event of the types in `consumes`, one at
   * a time. Resolve once the outside system has the event; it is then marked as delivered. Throw
   * `BUS_PEER_UNREACHABLE` to have the event delivered again later, or `BUS_PEER_REFUSED` if it can never be
   * delivered: it then becomes a dead letter. While an event is retried, later events of the same
   * sending agency and subject wait; others do not. The same event may come twice, for example after a crash.
   */
  readonly deliver?: (event: OutboundEvent, signal: AbortSignal) => Promise<void>

  /**
   * From the outside system to the bus. Return the next item, or undefined if there is none now; the host
   * asks again after half a second. It stores the event before it publishes it, and asks for the next item
   * only after `acknowledge`. If this throws, it is called again after 2 s.
   */
  readonly poll?: (signal: AbortSignal) => Promise<InboundItem | undefined>

  /**
   * Called when an item was published, or was rejected for good (`refusal` is then the reason). Mark the item
   * as done outside. May be called twice for the same reference, and after a restart.
   */
  readonly acknowledge?: (reference: string, refusal: BusError | undefined) => Promise<void>

  /** A problem of the outside system, as text for an operator; undefined if there is none. */
  readonly check: () => Promise<string | undefined>
  readonly close: () => Promise<void>
}

/** One kind of connector: a folder under `connectors/` whose `index.ts` exports this. */
export interface ConnectorDefinition<C extends TSchema = TSchema> {
  /** The same as the folder's name. */
  readonly name: string
  readonly summary: string
  /** TypeBox schema of an instance's settings. */
  readonly config: C
  /** Event types that it delivers; others in the inbox are skipped. */
  readonly consumes: readonly string[]
  readonly publishes: readonly string[]
  readonly open: (config: Static<C>, context: ConnectorContext) => Promise<Connector>
}

/** Declares a connector; its settings are typed by its own schema. */
export function defineConnector<C extends TSchema>(
  definition: ConnectorDefinition<C>
): ConnectorDefinition<C> {
  return definition
}
