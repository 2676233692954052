import type { Readable } from 'node:stream'
import type { Static, TSchema } from 'typebox'
import type { BusError } from '#protocol/errors/bus-error.ts'
import type { Attachment } from '#protocol/events/attachments-of.ts'
import type { BusEvent } from '#protocol/events/event.ts'
import type { LoggedEvent } from '#protocol/events/event-stages.ts'
import type { JsonObject } from '#protocol/events/json.ts'

/** An event to be made of something outside; the host gives it id, source, time and nonce, and signs it. */
export interface EventDraft {
  readonly type: string
  readonly subject: string
  readonly recipients?: readonly string[]
  readonly correlationid?: string
  readonly causationid?: string
  /** RFC 3339: when the rules wanted it sent. What is recorded later is counted as late. */
  readonly senddeadline?: string
  /** Extension attributes of the connector's own. */
  readonly extensions?: Readonly<Record<string, string>>
  readonly data: JsonObject
}

/** Something found outside. */
export interface InboundItem {
  /** What the connector calls it; comes back in `settled`, also after a crash. */
  readonly reference: string
  readonly draft: EventDraft
  /** That this also answers an event the agency was given: the newest of `sender` about `subject`. */
  readonly answers?: {
    readonly sender: string
    readonly subject: string
    readonly state: 'accepted' | 'rejected'
    readonly code: string
    readonly reason?: string
  }
}

/** An event for the outside. The same event always has the same hash, so it names what must not be done twice. */
export type OutboundEvent = Pick<LoggedEvent, 'event' | 'hash' | 'recordedTime'>

/** What the host lends a connector. */
export interface ConnectorContext {
  /** The agency the instance speaks for. */
  readonly agency: string
  /** Stores an attachment in the agency's name and tells how an event lists it. */
  readonly attach: (name: string, mediaType: string, bytes: Uint8Array) => Promise<Attachment>
  /** The bytes of an attachment the agency was given. */
  readonly attachment: (sha256: string) => Promise<Readable>
  /** The agency's accepted events of some types about a subject, oldest first. */
  readonly published: (subject: string, types: readonly string[]) => Promise<readonly BusEvent[]>
  /** Tells of something the connector set aside itself. */
  readonly quarantined: (reference: string, reason: string) => void
}

/**
 * A running instance. It speaks for one agency's system and sees only that
 * agency's inbox. The host gives retry, parking, signing and storage.
 */
export interface Connector {
  /**
   * Bus to outside. Resolves when the outside system has taken the event. Throw
   * `BUS_PEER_UNREACHABLE` to be given it again later, `BUS_PEER_REFUSED` to
   * have it dead-lettered. The same event may come twice.
   */
  readonly deliver?: (event: OutboundEvent, signal: AbortSignal) => Promise<void>

  /**
   * Outside to bus, by asking: the next thing found, or undefined when there is
   * none now. The host stores its event before it publishes it, and asks again
   * only after `settled`.
   */
  readonly poll?: (signal: AbortSignal) => Promise<InboundItem | undefined>

  /**
   * What became of something found: accepted, or refused for good with the
   * reason. May come twice for the same reference, and after a restart.
   */
  readonly settled?: (reference: string, refusal: BusError | undefined) => Promise<void>

  /** What is wrong with the outside, if anything, in words for an operator. */
  readonly check: () => Promise<string | undefined>
  readonly close: () => Promise<void>
}

/** One kind of connector: a folder under `connectors/` whose `index.ts` exports this. */
export interface ConnectorDefinition<C extends TSchema = TSchema> {
  /** The folder's name. */
  readonly name: string
  readonly summary: string
  /** TypeBox schema of an instance's settings. */
  readonly config: C
  /** Event types it delivers; others in the inbox are passed over. */
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
