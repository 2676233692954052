import { Readable } from 'node:stream'
import { BusError } from '#protocol/errors/bus-error.ts'
import type { Language } from '#protocol/errors/faults.ts'
import type { Problem } from '#protocol/errors/problem.ts'
import type { BusEvent } from '#protocol/events/event.ts'
import type { Json } from '#protocol/events/json.ts'
import type { Proof } from '#protocol/events/proof.ts'
import type { PrivateJwk } from '#protocol/trust/jwk.ts'
import { issuerGrammar } from '#protocol/trust/token.ts'
import { checkedBytes } from './download.ts'
import {
  type FollowOptions,
  followInbox,
  type InboxItem,
  type InboxOptions,
  type InboxPage
} from './inbox.ts'
import { createSender } from './send.ts'
import { createSigner } from './signer.ts'
import { type Content, upload } from './upload.ts'

/** How a client reaches the bus, and as whom. */
export interface ClientOptions {
  /** The gateway's public URL exactly as its operator names it, such as `https://bus.example.vn`: no path, no slash at the end. */
  readonly gateway: string
  /** The system that signs: `/agencies/<code>/systems/<name>`. */
  readonly system: string
  /** Its private key with `kid` (JWK, RFC 7517), as `lienthong keys new` writes it; the public half is registered with the bus. */
  readonly key: PrivateJwk
  /** Longest wait for the beginning of an answer, in milliseconds, beyond what a long poll waits; by default 60,000. */
  readonly timeoutMs?: number
  /** The language of the texts in errors; by default `vi`. */
  readonly language?: Language
  /** The `traceparent` (W3C Trace Context) of what the system is doing, asked at each request; published events go on in that trace. */
  readonly traceparent?: () => string | undefined
}

/** What became of one event that was sent. */
export interface PublishedEvent {
  readonly source: string
  readonly id: string
  /** `repeated`: the bus had this very event already and gives its first receipt. */
  readonly status: 'accepted' | 'repeated' | 'refused'
  /** The event's name at `/v1/events/{hash}`: SHA-256 in hex. Absent where it was rejected, as are the next two. */
  readonly hash?: string
  /** When the bus recorded it, RFC 3339 in UTC. */
  readonly recordedtime?: string
  /** The bus's signed word that it holds the event. Keep it: `verifyItem` checks it without the bus. */
  readonly receipt?: Proof
  /** Why it was rejected (RFC 9457). */
  readonly problem?: Problem
}

/** An agency's answer to an event it was given. */
export interface Acknowledgement {
  /** The event's `source` and `id`. */
  readonly source: string
  readonly id: string
  readonly state: 'accepted' | 'refused'
  /** The agency's own code for why, at most 64 characters; the sender sees it. */
  readonly code?: string
  /** Why, in words, at most 1,000 characters; the sender sees it. */
  readonly reason?: string
}

/** An uploaded file as an event lists it: the Avro record `lienthong.Attachment`. */
export interface Attachment {
  readonly name: string
  readonly mediaType: string
  /** In bytes. */
  readonly size: number
  /** Of its bytes, in lower-case hex. */
  readonly sha256: string
}

/**
 * One system's way to the bus. Every method rejects with a `GatewayError` where
 * the request did not succeed, and may be called many times at once.
 */
export interface Client {
  /** The system it speaks for. */
  readonly system: string

  /**
   * Publishes 1 to 500 events, together at most 1 MiB, under one signature:
   * CloudEvents 1.0 in structured or batch mode, signed by the RFC 6962 Merkle
   * root over their canonical forms (RFC 8785). Resolves once the accepted ones
   * would survive a power cut, with a result for each event in the order given.
   *
   * A single event that is rejected rejects the call with its code, such as
   * `BUS_ATTRIBUTE_INVALID`, `BUS_PAYLOAD_INVALID`, `BUS_ATTACHMENT_MISSING`,
   * `BUS_NOT_PERMITTED` or `BUS_EVENT_ID_SPENT`. Of several each stands alone:
   * look at every `status`, and at `problem` where one was rejected.
   *
   * Where `retry` of the error is `later`, send the same events again, their
   * ids and times unchanged: what was taken comes back as `repeated`.
   *
   * @example
   * ```ts
   * const [result] = await sender.publish(event)
   * console.log(result?.status) // accepted
   * ```
   */
  publish(...events: readonly BusEvent[]): Promise<readonly PublishedEvent[]>

  /**
   * Uploads a file or bytes and tells how an event lists them; the name and the
   * media type are for the recipient and not checked. What no event lists
   * within 24 hours is deleted. Over 1 MiB it resumes where a broken connection
   * left off (draft-ietf-httpbis-resumable-upload-09), also when it is called
   * again after a crash. Gives up after ten failures in a row without a byte
   * more.
   *
   * Rejects with `BUS_REQUEST_TOO_LARGE` for more bytes than the operator
   * allows, and with `BUS_ATTACHMENT_INVALID` where a file changed meanwhile.
   *
   * @example
   * ```ts
   * const attachment = await sender.attach('cong-van.pdf', 'application/pdf', { path: file })
   * console.log(attachment.size) // 16
   * ```
   */
  attach(name: string, mediaType: string, content: Content): Promise<Attachment>

  /**
   * Downloads an attachment that the agency uploaded or was given, by its
   * SHA-256 in hex. Rejects with `BUS_NOT_FOUND` for any other. The stream ends
   * with an error, `BUS_ATTACHMENT_INVALID`, where the bytes do not have that
   * digest, and `BUS_GATEWAY_UNREACHABLE` where the connection broke: use what
   * was read only once it has ended well.
   *
   * @example
   * ```ts
   * const bytes = await buffer(await recipient.download(attachment.sha256))
   * console.log(bytes.length) // 16
   * ```
   */
  download(sha256: string): Promise<Readable>

  /**
   * Reads one page of the agency's inbox: the events it may see, oldest first.
   * Safe to repeat, as the place is in the request. With `waitSeconds` it is
   * answered as soon as there is a first event.
   *
   * Rejects with `BUS_CURSOR_INVALID` for a cursor that another system was
   * given, with `BUS_CURSOR_EXPIRED` for one from before a restore: read from
   * `problem.from` then, and skip by (`source`, `id`) what is known.
   *
   * @example
   * ```ts
   * const page = await recipient.page({ limit: 10, waitSeconds: 5 })
   * const more = await recipient.page({ after: page.next })
   * console.log(page.events.length > 0, more.events.length) // true 0
   * ```
   */
  page(options?: InboxOptions): Promise<InboxPage>

  /**
   * Iterates the inbox until the signal aborts, waiting for what is new. Events
   * of one agency about one subject come in their order. Store `cursor` once an
   * item is dealt with and hand it over as `after` at the next start: what was
   * not stored comes again, so keep (`source`, `id`) of what was done.
   *
   * Where the gateway is busy or away it reads on after `waitMs` of the error,
   * for as long as it takes, and tells `onRetry`. After a restore of the bus it
   * goes on from the time the gateway names; what came since then comes once
   * more. Any other error, such as `BUS_TOKEN_INVALID`, ends the iteration.
   *
   * @example
   * ```ts
   * const stop = new AbortController()
   * for await (const { event, cursor } of recipient.follow({ after: stored }, stop.signal)) {
   *   console.log(event.type) // document.issued.v1
   *   stored = cursor
   *   stop.abort()
   * }
   * ```
   */
  follow(options: FollowOptions, signal: AbortSignal): AsyncGenerator<InboxItem, void, undefined>

  /**
   * Accepts or rejects 1 to 500 events the agency was given: all are recorded or
   * none. Signed as an act, so that the sender can prove it. The same answer
   * again is no error; what any of the agency's systems answered first stands.
   *
   * Rejects with `BUS_STATE_CONFLICT` where the agency answered otherwise
   * before or the event was recalled or has expired, and with `BUS_NOT_FOUND`
   * for an event that is not in its inbox.
   *
   * @example
   * ```ts
   * await recipient.acknowledge({ source: event.source, id: event.id, state: 'accepted' })
   * ```
   */
  acknowledge(...acknowledgements: readonly Acknowledgement[]): Promise<void>

  /**
   * Does any other act by `POST`, such as registering a new key, under a token
   * bound to method, address and body (`htm`, `htu` as in RFC 9449, and
   * `body`). `path` begins with `/v1/`. An act on the control state names in
   * `previous` the last act on the same thing, which its resource shows as
   * `last`. Resolves with the answer.
   *
   * Rejects with `BUS_ACT_CONFLICT` where another act came first: read the
   * resource again; with `BUS_ACT_INVALID` or `BUS_NOT_PERMITTED` otherwise.
   *
   * @example
   * ```ts
   * const { last } = await sender.get<{ last: string }>(`/v1/systems${sender.system}`)
   * await sender.act('/v1/systems', { act: 'key.added', thing: sender.system, previous: last, key: publicJwk })
   * ```
   */
  act(path: string, act: object): Promise<unknown>

  /**
   * Reads any resource as JSON; `/openapi.json` of the gateway lists them. `T`
   * is what the caller expects and not checked. Rejects with `BUS_NOT_FOUND`
   * for what is not there or not the agency's to see.
   *
   * @example
   * ```ts
   * const { name } = await sender.get<{ name: string }>('/v1/agencies/000.00.92.H03')
   * console.log(name) // Sở mẫu B
   * ```
   */
  get<T>(path: string): Promise<T>
}

/**
 * Makes a client of one system. Does not ask the gateway anything yet, and
 * holds nothing that needs closing.
 *
 * Rejects with a `BusError`: `BUS_KEY_INVALID` for a key that cannot sign,
 * `BUS_CONFIG_INVALID` for a system or an address of another form.
 *
 * @example
 * ```ts
 * const client = await createClient({
 *   gateway: 'https://bus.example.vn',
 *   system: '/agencies/000.00.91.H03/systems/qlvb',
 *   key: JSON.parse(readFileSync('my.jwk', 'utf8'))
 * })
 * ```
 */
export async function createClient(options: ClientOptions): Promise<Client> {
  const { gateway, system, key, timeoutMs = 60_000, language = 'vi', traceparent = () => undefined } = options
  if (!issuerGrammar.test(system)) {
    throw new BusError('BUS_CONFIG_INVALID', 'system-malformed', { values: { got: system } })
  }
  if (!publicUrlGrammar.test(gateway)) {
    throw new BusError('BUS_CONFIG_INVALID', 'gateway-malformed', { values: { got: gateway } })
  }
  const signer = await createSigner({ system, key, audience: gateway })
  const sender = createSender({ gateway, timeoutMs, language, traceparent })

  const get = async <T>(path: string, request: { signal?: AbortSignal; waitSeconds?: number } = {}) =>
    sender.json<T>('GET', path, { token: await signer.plain(), ...request })

  const page = (inbox: InboxOptions, signal?: AbortSignal): Promise<InboxPage> => {
    const { waitSeconds = 0 } = inbox
    return get(`/v1/inbox${queryOf(inbox)}`, { waitSeconds, ...(signal ? { signal } : {}) })
  }

  const act = async (path: string, body: object): Promise<unknown> => {
    const bytes = Buffer.from(JSON.stringify(body))
    const token = await signer.act('POST', gateway + path, bytes)
    return sender.json('POST', path, { token, body: bytes, headers: { 'content-type': 'application/json' } })
  }

  return {
    system,
    act,
    get: (path) => get(path),

    async publish(...events) {
      if (events.length === 0) return []
      const isBatch = events.length > 1
      const { results } = await sender.json<{ results: readonly PublishedEvent[] }>('POST', '/v1/events', {
        token: await signer.submission(events as readonly Json[]),
        body: JSON.stringify(isBatch ? events : events[0]),
        headers: { 'content-type': `application/cloudevents${isBatch ? '-batch' : ''}+json` }
      })
      return results
    },

    async attach(name, mediaType, content) {
      const { sha256, size } = await upload(content, async (method, path, request) =>
        sender.send(method, path, { token: await signer.plain(), ...request })
      )
      return { name, mediaType, size, sha256 }
    },

    async download(sha256) {
      const token = await signer.plain()
      const response = await sender.send('GET', `/v1/attachments/${sha256}`, { token })
      return Readable.from(checkedBytes(response, { sha256, gateway, language }), { objectMode: false })
    },

    page: (inbox = {}) => page(inbox),
    follow: (inbox, signal) => followInbox(page, inbox, signal),

    async acknowledge(...acknowledgements) {
      if (acknowledgements.length > 0) await act('/v1/inbox/acknowledgements', { acknowledgements })
    }
  }
}

/** As `gateway.publicUrl` may be configured: tokens name it exactly. */
const publicUrlGrammar = /^https?:\/\/[^/?#]+$/

function queryOf({ types = [], ...rest }: InboxOptions): string {
  const query = new URLSearchParams()
  for (const [name, value] of Object.entries(rest)) if (value !== undefined) query.set(name, String(value))
  if (types.length > 0) query.set('type', types.join(','))
  return query.size > 0 ? `?${query}` : ''
}
