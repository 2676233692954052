import type { Readable } from 'node:stream'
import type { Static, TSchema } from 'typebox'
import type { BusError } from '#protocol/errors/bus-error.ts'
import type { Attachment } from '#protocol/events/attachments-of.ts'
import type { BusEvent } from '#protocol/events/event.ts'
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

/** Small facts that an instance keeps, by key. At most 200 letters of key and 4 KB of value; null removes one. */
export type Marks = Readonly<Record<string, string | null>>

/** What all inbound items have. */
export interface ItemBase {
  /** Names one version of a thing outside. The host stores no second item of the same reference, ever. */
  readonly reference: string
  /** Written in the transaction that stores the item. */
  readonly marks?: Marks
}

/** An item that becomes one event. */
export interface EventItem extends ItemBase {
  readonly event: EventDraft
  /** Set if the item also answers an event delivered to the agency: the newest one of `sender` about `subject`. */
  readonly answers?: {
    readonly sender: string
    readonly subject: string
    readonly state: 'accepted' | 'rejected'
    readonly code: string
    readonly reason?: string
  }
  /** Set if the item reports what became of a delivery: the hash of its event, and its result. */
  readonly settles?: { readonly event: string; readonly as: 'done' | 'not-done' }
}

/** An item that only reports what became of a delivery. */
export interface ReportItem extends ItemBase {
  readonly settles: { readonly event: string; readonly as: 'done' | 'not-done' }
}

/** An item that cannot be used. The host quarantines it with the reason. */
export interface FaultyItem extends ItemBase {
  readonly fault: BusError
  /** Anybody may send such items: however many are bad, the outside is not, and polling goes on. */
  readonly isFromAnybody?: boolean
  /** The item as it came, at most 1 MiB, for `parse` when an operator retries it. */
  readonly raw?: Uint8Array
}

export type InboundItem = EventItem | ReportItem | FaultyItem

/** What a poll found. */
export interface Polled {
  readonly items: readonly InboundItem[]
  /** Where the next poll goes on, stored with items and marks. What stands behind a line break is shown to nobody. */
  readonly cursor: string
  readonly marks?: Marks
  /** Whether there is more now: the host polls again at once. */
  readonly more?: boolean
}

/** The result of an inbound item. */
export interface ItemOutcome {
  readonly reference: string
  /** Why the item was quarantined; undefined if its event was published. */
  readonly quarantined: BusError | undefined
}

/** What recipients have of an item's event. */
export interface ItemResult {
  /** Whether the bus did not publish it, and waits for a person. */
  readonly isQuarantined: boolean
  /** By recipient; without an entry it is pending. */
  readonly recipients: ReadonlyMap<
    string,
    'pending' | 'delivered' | 'accepted' | 'rejected' | 'expired' | 'recalled'
  >
}

/** An event to deliver. The same event always has the same hash: use it to recognise a repeated delivery. */
export interface OutboundEvent {
  readonly event: BusEvent
  /** SHA-256 of the event in canonical form, hex. */
  readonly hash: string
  /** When the bus recorded it, RFC 3339. */
  readonly recordedTime: string
}

/** What a delivery leaves behind, written in the transaction that ends it. */
export interface Delivered {
  readonly marks?: Marks
  readonly items?: readonly InboundItem[]
}

/** What an outside knows of a delivery in doubt; also what it leaves behind, or the marks that a later report is recognised by. */
export type LookedUp = 'done' | 'not-done' | 'unknown' | { readonly unknown: Marks } | Delivered

/**
 * What the host lends to an instance. Failures of the outside are told apart by their code: no connection or no
 * answer is `BUS_PEER_UNREACHABLE` and does not count as an attempt; an answer that is an error, or makes no
 * sense, is `BUS_PEER_FAILED`; credentials that are not accepted are `BUS_PEER_CREDENTIALS`; what can never be
 * taken is `BUS_PEER_REFUSED`.
 */
export interface ConnectorIo {
  /** The agency that the instance acts for. */
  readonly agency: string
  /** The name that the agency has on the bus. */
  readonly agencyName: () => string
  /** The name of the instance. */
  readonly instance: string
  /** The first poll passes over what is older than this instant, in milliseconds since the epoch; 0: nothing. */
  readonly startAt: number
  /** Aborts when the call takes too long or the instance stops. */
  readonly signal: AbortSignal
  readonly log: ConnectorLog
  /**
   * `fetch` with the limits, proxy and certificate authorities of the settings under `network`; answers are
   * read whole, and no redirect is followed. Rejects with `BUS_PEER_UNREACHABLE` where no answer comes, with
   * `BUS_PEER_CREDENTIALS` for a 401, and with `BUS_PEER_FAILED` for an answer that is too large, and for a 429
   * or 503, with its `Retry-After` in `waitMs`.
   */
  readonly fetch: (input: string | URL, init?: RequestInit) => Promise<Response>
  /** Stores an attachment for the agency and returns the entry for the event's list of attachments. */
  readonly attach: (name: string, mediaType: string, bytes: Uint8Array | Readable) => Promise<Attachment>
  /** The bytes of an attachment listed in an event that the agency received. */
  readonly attachment: (sha256: string) => Promise<Readable>
  /**
   * Events of these types about a subject that the agency published and the bus accepted, oldest first. There may be
   * thousands, each of a megabyte: only some are in memory at a time.
   */
  readonly published: (subject: string, types: readonly string[]) => AsyncIterable<BusEvent>
  /** Events of these types about a subject that the agency was given, oldest first. */
  readonly given: (subject: string, types: readonly string[]) => Promise<readonly BusEvent[]>
  /** The same without what this instance has still to deliver, or did not: a person skipped it, for example. */
  readonly delivered: (subject: string, types: readonly string[]) => Promise<readonly BusEvent[]>
  /** Events of an agency that are being delivered, are in doubt, or a person ended since a time (epoch ms), newest first. */
  readonly begun: (sender: string, endedSince: number, limit: number) => Promise<readonly OutboundEvent[]>
  /** Events of these types that the agency may see now, oldest first. Only some are in memory at a time. */
  readonly visible: (types: readonly string[]) => AsyncIterable<BusEvent>
  /** A mark of the instance; undefined if there is none. Those that are asked for at the same time are read together. */
  readonly mark: (key: string) => Promise<string | undefined>
  /** Marks whose keys are at or after `from` and before `to`, in the order of the characters of their keys. */
  readonly marks: (from: string, to: string, limit: number) => Promise<readonly (readonly [string, string])[]>
  /** What became of items of the instance: by reference, with those that have no event left out. */
  readonly results: (references: readonly string[]) => Promise<ReadonlyMap<string, ItemResult>>
  /** Asks the host to poll now. For outsides that push over a session. */
  readonly wake: () => void
  /** References of stored items whose outcome the outside does not know yet. */
  readonly unacknowledged: () => Promise<readonly string[]>
  /** For `outbound.collected`: what waits after an event's hash, oldest first; from the oldest on for an unknown hash. */
  readonly waiting: (after: string | undefined, limit: number) => Promise<readonly OutboundEvent[]>
  /** For `outbound.collected`: the event with a hash, if it waits; undefined otherwise. */
  readonly waitingEvent: (hash: string) => Promise<OutboundEvent | undefined>
  /** For `outbound.collected`: ends the deliveries of these events, by hash. */
  readonly collected: (hashes: readonly string[]) => Promise<void>
  /**
   * For `outbound.collected`: the outside did not take an event, or does not say that it has. The fault is shown with
   * the delivery and means what it would mean from `deliver`. Where it counts as an attempt, `waiting` does not give the
   * event until the next one is due, and a further call is passed over until then.
   */
  readonly notCollected: (hash: string, fault: BusError) => Promise<void>
  /**
   * Asks a program that runs in a thread of its own, shared by all instances, for one answer. The program posts
   * `workerReady` (`protocol/timing`) once, then one answer to each message. Undefined if the answer takes more
   * than the host allows: 1 s of processor time, 128 MB of memory.
   */
  readonly compute: <Question, Answer>(program: URL, question: Question) => Promise<Answer | undefined>
  /** Runs work that takes much memory, in a thread of its own for example: two at a time for all instances of a process. */
  readonly inTurn: <Result>(work: () => Promise<Result>) => Promise<Result>
  /** The newest Avro schema of an event type; undefined if the bus has none. */
  readonly eventSchema: (type: string) => string | undefined
  /** Whether the bus knows an agency with this code. */
  readonly isAgency: (code: string) => boolean
  /**
   * 32 bytes that only the bus knows, for signing what the instance gives out: the same in every process, others for
   * another purpose or instance. They change with the key that the instance signs events with.
   */
  readonly secretFor: (purpose: string) => Promise<Uint8Array>
  /** Milliseconds since the epoch. */
  readonly now: () => number
}

export type ConnectorLog = Readonly<Record<'info' | 'warn', (values: object, message: string) => void>>

/** Code of the cause of a failure without an answer: the outside cannot have received the event, which is not in doubt. */
export const neverSent = 'ERR_NEVER_SENT'

/** A connection to the outside. */
export interface Session {
  close(): Promise<void>
}

export interface Outbound<S extends Session> {
  /** Event types that it delivers; others in the inbox are passed over. */
  readonly types: readonly string[]
  /** Whether a delivery may be done twice without anybody outside seeing it. */
  readonly repeatable: boolean
  /** The outside fetches: deliveries wait until `io.collected` ends them, and `deliver` is not called. */
  readonly collected?: boolean
  /** 0 to 4; a line of deliveries ranks by its most urgent one. Default: 0. */
  readonly urgency?: (event: BusEvent) => number
  /**
   * Resolves once the outside has the event; it is then marked as delivered. Rejects with a fault of the
   * kind that is refused (`BUS_PEER_REFUSED`) if it can never be delivered; any other failure is tried again.
   */
  readonly deliver?: (session: S, event: OutboundEvent, io: ConnectorIo) => Promise<Delivered | undefined>
  /** Asks the outside about a delivery that was begun before a crash. */
  readonly lookUp?: (session: S, event: OutboundEvent, io: ConnectorIo) => Promise<LookedUp>
}

export interface Inbound<S extends Session> {
  readonly types: readonly string[]
  /** Version of the cursor's form; a cursor of another version is not given to `poll`. Default: 1. */
  readonly cursorVersion?: number
  /** Interval of polling where the settings of the instance give none. Default: `10s`. */
  readonly every?: string
  /** What is new outside since the cursor; undefined for the first poll. `io.signal` ends it. */
  readonly poll: (session: S, cursor: string | undefined, io: ConnectorIo) => Promise<Polled>
  /** Tells the outside what became of an item. Retried for seven days; may be called twice. */
  readonly acknowledge?: (session: S, outcome: ItemOutcome, io: ConnectorIo) => Promise<void>
}

/** What became of a received item when it was stored. */
export type Stored = 'stored' | 'repeated' | { readonly quarantined: BusError }

/** What a request from the outside contains, and how it is answered. */
export interface Received {
  readonly items: readonly InboundItem[]
  /** Called once the items are stored, with a result for each, in their order. Publication comes later. */
  readonly respond: (results: readonly Stored[]) => Response
  /** Called once the items are stored, or could not be. */
  readonly release?: () => void
}

/** What an instance would make of a sample. */
export interface Preview {
  /** `published`: an event for the bus; `sent`: a request to the outside; `passed over`; `quarantined`. */
  readonly becomes: 'published' | 'sent' | 'passed over' | 'quarantined'
  readonly content: object
}

/** One kind of connector: a folder whose `index.ts` exports this. */
export interface ConnectorDefinition<C extends TSchema = TSchema, S extends Session = Session> {
  /** The same as the folder's name. */
  readonly kind: string
  readonly summary: string
  /** TypeBox schema of an instance's settings; `secret: true` marks those that are never shown. */
  readonly settings: C
  /** For a kind whose halves depend on the settings: gives the definition that one instance runs with. */
  readonly forSettings?: (settings: Static<C>) => ConnectorDefinition<C, S>
  /**
   * What is wrong with settings that match their schema, each with its place; nothing if they can be used.
   * Asked before the first `connect`, and again when they change. Asks nothing outside.
   */
  readonly checkSettings?: (settings: Static<C>, io: ConnectorIo) => Promise<readonly string[]>
  /**
   * What an instance would publish or send for a sample: something that the outside gives, or an event. Without
   * one, for the samples in the settings. Sends nothing, and shows no secret.
   */
  readonly preview?: (
    settings: Static<C>,
    sample: Uint8Array | undefined,
    io: ConnectorIo
  ) => Promise<readonly Preview[]>
  /** Connects to the outside. The host retries it. */
  readonly connect: (settings: Static<C>, io: ConnectorIo) => Promise<S>
  readonly outbound?: Outbound<S>
  readonly inbound?: Inbound<S>
  /** Takes a request from the outside, without a session. What the outside signs is checked here, before anything is parsed. */
  readonly receive?: (settings: Static<C>, request: Request, io: ConnectorIo) => Promise<Received>
  /** Largest body that `receive` takes, in bytes, as a stream. Default: `gateway.maxBodyBytes`. */
  readonly receiveMaxBytes?: number
  /**
   * Reads a quarantined item again from what it came as, whether it was polled or received; undefined if it is passed
   * over now. Without it, a retry forgets the item for the next poll to give it again, or fails for a kind that receives or never polls.
   */
  readonly parse?: (raw: Uint8Array, reference: string, io: ConnectorIo) => Promise<InboundItem | undefined>
  /** Rejects with what is wrong outside. */
  readonly check?: (session: S, io: ConnectorIo) => Promise<void>
}

/** Declares a kind; its settings are typed by its own schema, its session by what `connect` gives. */
export function defineConnector<C extends TSchema, S extends Session>(
  definition: ConnectorDefinition<C, S>
): ConnectorDefinition<C, S> {
  return definition
}
