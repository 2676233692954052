import type { Problem } from '#protocol/errors/problem.ts'
import type { BusEvent } from '#protocol/events/event.ts'
import type { Proof } from '#protocol/events/proof.ts'
import type { Acknowledgement, FollowOptions, InboxItem, InboxOptions, InboxPage } from './inbox.ts'
import type { Attachment, Content } from './upload.ts'

/** The result for one event that was sent. */
export interface PublishedEvent {
  /** The event's `source`. */
  readonly source: string
  /** The event's `id`. */
  readonly id: string
  /** `accepted`: the bus has stored it. `repeated`: it was stored before; the receipt is the first one. `rejected`: see `problem`. */
  readonly status: 'accepted' | 'repeated' | 'rejected'
  /** The event's hash, as in `/v1/events/{hash}`: SHA-256 in hex. Absent if it was rejected, like the next two. */
  readonly hash?: string
  /** When the bus recorded it, RFC 3339 in UTC. */
  readonly recordedtime?: string
  /** The bus's signed confirmation that it has stored the event. Keep it: `verifyItem` verifies it offline. */
  readonly receipt?: Proof
  /** Why it was rejected (RFC 9457). */
  readonly problem?: Problem
}

/**
 * Uses the bus as one system. Every method rejects with a `GatewayError` if the request did not succeed.
 * Methods may be called concurrently.
 *
 * @throws BUS_GATEWAY_UNREACHABLE no gateway answered in time: send the same request again
 * @throws BUS_OVERLOADED and other codes of status 503: send the same request again after `waitMs`
 * @throws BUS_TOKEN_INVALID the key, the address or the clock is wrong; see `clockAheadMs`
 * @throws BUS_NOT_PERMITTED the system has no right to do this, or is suspended: ask the operator
 */
export interface Client {
  /** The system that the client acts as. */
  readonly system: string

  /**
   * Publishes 1 to 500 events, at most 1 MiB in total, under one signature: CloudEvents 1.0 in structured
   * or batch mode, signed by the Merkle root (RFC 6962) over their canonical forms (RFC 8785). Resolves once
   * the accepted events would survive a power cut, with a result for each event in the order given.
   *
   * If a single event is rejected, the call rejects. Several events are accepted or rejected separately:
   * check every `status`, and `problem` of those rejected. After an error with `retry` `later`, send the
   * same events again, with the same ids and times: those stored before come back as `repeated`.
   *
   * @throws BUS_ATTRIBUTE_INVALID an attribute is missing or malformed: correct it
   * @throws BUS_PAYLOAD_INVALID `data` does not match the schema of the event type: correct it
   * @throws BUS_ATTACHMENT_MISSING a listed attachment was not uploaded: `attach` it, then send the same event again
   * @throws BUS_AGENCY_CLOSED a receiving agency is closed: `problem.detail` names its successor
   * @throws BUS_EVENT_ID_SPENT the id was used for another event: choose a new id
   * @throws BUS_REQUEST_TOO_LARGE too many events or bytes in one request: send fewer, use attachments
   *
   * @example
   * ```ts
   * const draft = { type: 'document.issued.v1', subject, recipients: ['000.00.92.H03'], data }
   * const [good, bad] = await sender.publish(
   *   newEvent(sender.system, draft),
   *   newEvent(sender.system, { ...draft, recipients: ['000.00.00.H99'] })
   * )
   * console.log(good?.status, bad?.problem?.code) // accepted BUS_NOT_PERMITTED
   * ```
   */
  publish(...events: readonly BusEvent[]): Promise<readonly PublishedEvent[]>

  /**
   * Uploads bytes or a file (`fileContent`), and returns the entry for the event's list of attachments. The name must be a
   * plain file name of at most 255 characters: `publish` rejects others with `BUS_PAYLOAD_INVALID`. The media
   * type is for the recipient. An attachment that no event lists within 24 hours is deleted. An upload of more
   * than 1 MiB continues after a broken connection, and also when it is called again after a crash
   * (draft-ietf-httpbis-resumable-upload-09). It gives up after ten consecutive failures without progress.
   *
   * @throws BUS_REQUEST_TOO_LARGE larger than the operator allows, by default 2 GiB
   * @throws BUS_ATTACHMENT_INVALID the file changed during the upload: upload it again
   *
   * @example
   * ```ts
   * const attachment = await sender.attach('cong-van.txt', 'text/plain', Buffer.from('Kính gửi: Sở mẫu B'))
   * const event = newEvent(sender.system, {
   *   type: 'document.issued.v1',
   *   subject,
   *   recipients: ['000.00.92.H03'],
   *   data: { ...data, attachments: [attachment] }
   * })
   * const [result] = await sender.publish(event)
   * console.log(attachment.size, result?.status) // 25 accepted
   * ```
   */
  attach(name: string, mediaType: string, content: Content): Promise<Attachment>

  /**
   * Downloads an attachment that the agency uploaded or received, by its SHA-256 in hex, as a web
   * stream: Node reads it with `for await`, or with `pipeline` into a file. Use the bytes only after the stream
   * has ended without an error: it fails if the connection breaks (`BUS_GATEWAY_UNREACHABLE`) or the bytes do
   * not match the digest (`BUS_DOWNLOAD_DAMAGED`). The name in the event is safe as the name of a file, but may
   * be longer than 255 bytes: shorten it before you write one.
   *
   * @throws BUS_NOT_FOUND there is no attachment with this digest that the agency may read
   *
   * @example
   * ```ts
   * const { sha256 } = await sender.attach('cong-van.txt', 'text/plain', Buffer.from('Kính gửi: Sở mẫu B'))
   * const bytes = await buffer(await sender.download(sha256))
   * console.log(bytes.toString()) // Kính gửi: Sở mẫu B
   * ```
   */
  download(sha256: string): Promise<ReadableStream<Uint8Array>>

  /**
   * Reads one page of the agency's inbox: the events that it may see, oldest first. Safe to repeat, since
   * the position is in the request. With `waitSeconds` the gateway answers as soon as there is an event.
   *
   * @throws BUS_CURSOR_INVALID the cursor was given to another system
   * @throws BUS_CURSOR_EXPIRED the bus was restored: read from `problem.from`, and skip known events by (`source`, `id`)
   *
   * @example
   * ```ts
   * const first = await recipient.page({ limit: 1, waitSeconds: 5 })
   * const second = await recipient.page({ limit: 1, after: first.next })
   * console.log(first.events.length, second.next === first.next) // 1 false
   * ```
   */
  page(options?: InboxOptions): Promise<InboxPage>

  /**
   * Iterates over the inbox and waits for new events until the signal aborts. Events of one agency about
   * one subject keep their order. After processing an item, store its `cursor`; pass it as `after` at the
   * next start. An item whose cursor was not stored comes again: store (`source`, `id`) too.
   *
   * If the gateway is busy or does not answer, it calls `onRetry` and tries again after `waitMs` of the
   * error, or after a second, without a limit. After a restore of the bus it continues from the time that
   * the gateway names; events since then come again. Any other error ends the iteration.
   *
   * @example
   * ```ts
   * let stored: string | undefined // From your database.
   * const stop = new AbortController()
   * for await (const { event, cursor } of recipient.follow({ after: stored }, stop.signal)) {
   *   console.log(event.specversion) // 1.0
   *   stored = cursor // In the transaction that processes the event.
   *   stop.abort()
   * }
   * ```
   */
  follow(options: FollowOptions, signal: AbortSignal): AsyncGenerator<InboxItem, void, undefined>

  /**
   * Accepts or rejects 1 to 500 events that the agency received; all answers are recorded or none. Signed
   * as an act, so that the sender can prove it. The first answer by any of the agency's systems is final;
   * sending it again is no error.
   *
   * @throws BUS_STATE_CONFLICT the agency has given another answer, or the event has expired or was recalled
   * @throws BUS_NOT_FOUND an event is not in the agency's inbox
   * @throws BUS_ACT_INVALID an answer is malformed
   *
   * @example
   * ```ts
   * const { source, id } = (await sendAndFind()).event
   * await recipient.acknowledge({ source, id, state: 'accepted', reason: 'Số đến 1024' })
   * const { deliveries } = await sender.get<{ deliveries: { state: string }[] }>(
   *   `/v1/events?${new URLSearchParams({ source, id })}`
   * )
   * console.log(deliveries[0]?.state) // accepted
   * ```
   */
  acknowledge(...acknowledgements: readonly Acknowledgement[]): Promise<void>

  /**
   * Posts any other act, such as registering a new key, with a token bound to method, address (`htm`, `htu`
   * as in RFC 9449) and body. `path` begins with `/v1/` and has no query. An act that changes control state
   * names its `resource`, and as `previous` the hash of the last act on it, which `GET` of the resource
   * shows as `last`. Resolves with the answer.
   *
   * @throws BUS_ACT_CONFLICT another act on the resource came first: read `last` again
   * @throws BUS_ACT_INVALID the act is malformed
   * @throws BUS_KEY_INVALID the bus does not accept the key
   *
   * @example
   * ```ts
   * const { privateJwk, publicJwk } = await generateKey(`key-${Date.now()}`, 'EdDSA') // Store the private key.
   * const { last } = await sender.get<{ last: string }>(`/v1/systems${sender.system}`)
   * await sender.act('/v1/systems', { act: 'key.added', resource: sender.system, previous: last, key: publicJwk })
   * const renewed = await createClient({ gateway, system: sender.system, key: privateJwk })
   * const { status } = await renewed.get<{ status: string }>(`/v1/systems${sender.system}`)
   * console.log(status) // active
   * ```
   */
  act(path: string, act: object): Promise<unknown>

  /**
   * Reads any resource as JSON; `/openapi.json` of the gateway lists them. The answer is not checked
   * against `T`.
   *
   * @throws BUS_NOT_FOUND there is no such resource that the agency may see
   *
   * @example
   * ```ts
   * const { status } = await sender.get<{ status: string }>('/v1/agencies/000.00.92.H03')
   * console.log(status) // active
   * ```
   */
  get<T>(path: string): Promise<T>
}
