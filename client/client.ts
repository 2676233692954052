import type { Readable } from 'node:stream'
import type { Problem } from '#protocol/errors/problem.ts'
import type { BusEvent } from '#protocol/events/event.ts'
import type { Proof } from '#protocol/events/proof.ts'
import type { Acknowledgement, FollowOptions, InboxItem, InboxOptions, InboxPage } from './inbox.ts'
import type { Attachment, Content } from './upload.ts'

/** What became of one event that was sent. */
export interface PublishedEvent {
  /** The event's `source`. */
  readonly source: string
  /** The event's `id`. */
  readonly id: string
  /** `accepted`: the bus holds it. `repeated`: the bus had this very event already and gives its first receipt. */
  readonly status: 'accepted' | 'repeated' | 'rejected'
  /** The event's name at `/v1/events/{hash}`: SHA-256 in hex. Absent where it was rejected, as are the next two. */
  readonly hash?: string
  /** When the bus recorded it, RFC 3339 in UTC. */
  readonly recordedtime?: string
  /** The bus's signed word that it holds the event. Keep it: `verifyItem` checks it without the bus. */
  readonly receipt?: Proof
  /** Why it was rejected (RFC 9457). */
  readonly problem?: Problem
}

/**
 * One system's way to the bus. Every method rejects with a `GatewayError` where
 * the request did not succeed, and may be called many times at once.
 *
 * @throws BUS_GATEWAY_UNREACHABLE no gateway answered in time: send the same again
 * @throws BUS_OVERLOADED and other codes of status 503: send the same again after `waitMs`
 * @throws BUS_TOKEN_INVALID the key, the address or the clock is not right; see `clockAheadMs`
 * @throws BUS_NOT_PERMITTED the operator suspended the system, or never gave it the right
 */
export interface Client {
  /** The system it speaks for. */
  readonly system: string

  /**
   * Publishes 1 to 500 events, together at most 1 MiB, under one signature:
   * CloudEvents 1.0 in structured or batch mode, signed by the Merkle root
   * (RFC 6962) over their canonical forms (RFC 8785). Resolves once those that
   * were accepted would survive a power cut, with a result for each event in
   * the order given.
   *
   * A single event that is rejected rejects the call. Of several each stands
   * alone: look at every `status`, and at `problem` where one was rejected.
   * After an error with `retry` `later` send the same events again, ids and
   * times unchanged: what was taken comes back as `repeated`.
   *
   * @throws BUS_ATTRIBUTE_INVALID an attribute is missing or malformed: correct it
   * @throws BUS_PAYLOAD_INVALID `data` is not as the type's schema says: correct it
   * @throws BUS_ATTACHMENT_MISSING an attachment is listed that was not uploaded: `attach` it, send the same again
   * @throws BUS_AGENCY_CLOSED a recipient's code is closed: `problem.detail` names its successor
   * @throws BUS_EVENT_ID_SPENT the id was used for other content: choose a new one
   * @throws BUS_REQUEST_TOO_LARGE too many events or bytes at once: send fewer, use attachments
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
   * Uploads a file or bytes, and tells how an event lists them; name and media
   * type are for the recipient and not checked. What no event lists within 24
   * hours is deleted. More than 1 MiB resumes where a broken connection left
   * off (draft-ietf-httpbis-resumable-upload-09), also when it is called again
   * after a crash. Gives up after ten failures in a row without a byte more. A
   * file that cannot be read rejects with the error of `node:fs`.
   *
   * @throws BUS_REQUEST_TOO_LARGE more bytes than the operator allows, by default 2 GiB
   * @throws BUS_ATTACHMENT_INVALID the file changed meanwhile: upload it again
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
   * Downloads an attachment that the agency uploaded or was given, by its
   * SHA-256 in hex. Use what was read only once the stream has ended well: it
   * ends with an error where the connection broke
   * (`BUS_GATEWAY_UNREACHABLE`) or the bytes do not have that digest
   * (`BUS_ATTACHMENT_INVALID`).
   *
   * @throws BUS_NOT_FOUND there is none by that digest that the agency may read
   *
   * @example
   * ```ts
   * const { sha256 } = await sender.attach('cong-van.txt', 'text/plain', Buffer.from('Kính gửi: Sở mẫu B'))
   * const bytes = await buffer(await sender.download(sha256))
   * console.log(bytes.toString()) // Kính gửi: Sở mẫu B
   * ```
   */
  download(sha256: string): Promise<Readable>

  /**
   * Reads one page of the agency's inbox: the events it may see, the oldest
   * first. Safe to repeat, as the place is in the request. With `waitSeconds`
   * the gateway answers as soon as there is a first event.
   *
   * @throws BUS_CURSOR_INVALID another system was given that cursor
   * @throws BUS_CURSOR_EXPIRED the bus was restored: read from `problem.from`, skip by (`source`, `id`) what is known
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
   * Iterates the inbox until the signal aborts, waiting for what is new. Events
   * of one agency about one subject come in their order. Store `cursor` once an
   * item is dealt with, and hand it over as `after` at the next start. What was
   * dealt with and not stored comes again: keep (`source`, `id`) too.
   *
   * Where the gateway is busy or away, it tells `onRetry` and reads on after
   * `waitMs` of the error or a second, for as long as it takes. After a restore
   * of the bus it goes on from the time the gateway names; what came since then
   * comes once more. Any other error ends the iteration.
   *
   * @example
   * ```ts
   * let stored: string | undefined // From your database.
   * const stop = new AbortController()
   * for await (const { event, cursor } of recipient.follow({ after: stored }, stop.signal)) {
   *   console.log(event.specversion) // 1.0
   *   stored = cursor // In the transaction that deals with the event.
   *   stop.abort()
   * }
   * ```
   */
  follow(options: FollowOptions, signal: AbortSignal): AsyncGenerator<InboxItem, void, undefined>

  /**
   * Accepts or rejects 1 to 500 events that the agency was given: all are
   * recorded or none. Signed as an act, so that the sender can prove it. The
   * same answer again is no error; what any of the agency's systems answered
   * first stands.
   *
   * @throws BUS_STATE_CONFLICT the agency answered otherwise before, or the event has expired or was recalled
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
   * Does any other act by `POST`, such as registering a new key, under a token
   * bound to method, address (`htm`, `htu` as in RFC 9449) and body. `path`
   * begins with `/v1/` and has no query. An act on the control state names its
   * `resource`, and in `previous` the last act on it, which `GET` of the
   * resource shows as `last`. Resolves with the answer.
   *
   * @throws BUS_ACT_CONFLICT another act came first: read `last` again
   * @throws BUS_ACT_INVALID the act is malformed
   * @throws BUS_KEY_INVALID a key is not one the bus takes
   *
   * @example
   * ```ts
   * const { privateJwk, publicJwk } = await generateKey(`key-${Date.now()}`, 'EdDSA') // Store the private one.
   * const { last } = await sender.get<{ last: string }>(`/v1/systems${sender.system}`)
   * await sender.act('/v1/systems', { act: 'key.added', resource: sender.system, previous: last, key: publicJwk })
   * const renewed = await createClient({ gateway, system: sender.system, key: privateJwk })
   * const { status } = await renewed.get<{ status: string }>(`/v1/systems${sender.system}`)
   * console.log(status) // active
   * ```
   */
  act(path: string, act: object): Promise<unknown>

  /**
   * Reads any resource as JSON; `/openapi.json` of the gateway lists them. `T`
   * is what the caller expects, and not checked.
   *
   * @throws BUS_NOT_FOUND there is nothing by that name that the agency may see
   *
   * @example
   * ```ts
   * const { status } = await sender.get<{ status: string }>('/v1/agencies/000.00.92.H03')
   * console.log(status) // active
   * ```
   */
  get<T>(path: string): Promise<T>
}
