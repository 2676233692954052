import { Readable } from 'node:stream'
import type { Problem } from '#protocol/errors/problem.ts'
import type { BusEvent } from '#protocol/events/event.ts'
import type { DeliveredEvent } from '#protocol/events/event-stages.ts'
import type { Proof } from '#protocol/events/proof.ts'
import type { PrivateJwk } from '#protocol/trust/jwk.ts'
import { createSigner, type Signer } from './signer.ts'
import { type Content, upload } from './upload.ts'

/** A gateway's refusal, as it came. */
export class Refused extends Error {
  override readonly name = 'Refused'
  readonly problem: Problem
  /** How long the gateway asks to wait, milliseconds. */
  readonly waitMs: number | undefined

  constructor(problem: Problem, waitMs?: number) {
    super(`${problem.code}: ${problem.detail}`)
    this.problem = problem
    this.waitMs = waitMs
  }
}

export interface PublishedEvent {
  readonly source: string
  readonly id: string
  readonly status: 'accepted' | 'repeated' | 'refused'
  readonly hash?: string
  readonly recordedtime?: string
  readonly receipt?: Proof
  readonly problem?: Problem
}

/** An inbox item as the gateway gives it. */
export interface InboxItem extends DeliveredEvent {
  readonly cursor: string
}

export interface InboxPage {
  readonly events: readonly InboxItem[]
  readonly next: string
}

export interface InboxOptions {
  readonly after?: string | undefined
  /** RFC 3339; rewinds. */
  readonly from?: string | undefined
  readonly limit?: number
  readonly types?: readonly string[]
  readonly waitSeconds?: number
}

export interface Acknowledgement {
  readonly source: string
  readonly id: string
  readonly state: 'accepted' | 'refused'
  readonly code?: string
  readonly reason?: string
}

/** One system's way to the bus. Every method rejects with `Refused` where the gateway refuses. */
export interface Client {
  readonly system: string
  /** Publishes events under one signature. Sending the same again is safe and gives the first receipts. */
  publish(...events: readonly BusEvent[]): Promise<readonly PublishedEvent[]>
  /** Uploads a file or bytes, over as many connections as it takes, and tells how an event lists them. */
  attach(name: string, mediaType: string, content: Content): Promise<Attachment>
  download(sha256: string): Promise<Readable>
  page(options?: InboxOptions): Promise<InboxPage>
  /**
   * Iterates the inbox from a cursor on, for ever: waits for what is new.
   * Ends when the signal aborts. Keep `item.cursor` once an item is dealt with.
   * After a restore it goes on from the time the gateway names; what was seen
   * since then comes once more, so keep (`source`, `id`) too.
   */
  follow(options: InboxOptions, signal: AbortSignal): AsyncGenerator<InboxItem>
  acknowledge(...acknowledgements: readonly Acknowledgement[]): Promise<void>
  /** Does an act on `/v1/<list>`; the body is sent as it is given. */
  act(path: string, act: object): Promise<unknown>
  /** Reads any resource as JSON. */
  get<T>(path: string): Promise<T>
}

/** How an event lists what was uploaded: `lienthong.Attachment`. */
export interface Attachment {
  readonly name: string
  readonly mediaType: string
  readonly size: number
  readonly sha256: string
}

export interface ClientOptions {
  /** The gateway's public URL, exactly as its operator names it. */
  readonly gateway: string
  /** `/agencies/<code>/systems/<name>`. */
  readonly system: string
  readonly key: PrivateJwk
  /** Longest wait for an answer, milliseconds. */
  readonly timeoutMs?: number
  readonly language?: 'vi' | 'en'
  /** W3C trace context of what the system is doing, asked at each request. The events published continue its trace. */
  readonly traceparent?: () => string | undefined
}

export async function createClient(options: ClientOptions): Promise<Client> {
  const signer = await createSigner({ ...options, audience: options.gateway })
  const { gateway, timeoutMs = 60_000, language = 'vi' } = options
  const traceHeader = (): Record<string, string> => {
    const traceparent = options.traceparent?.()
    return traceparent === undefined ? {} : { traceparent }
  }

  const send = async (
    method: string,
    path: string,
    token: string,
    init: RequestInit = {}
  ): Promise<Response> => {
    const response = await fetch(gateway + path, {
      method,
      redirect: 'error',
      signal: AbortSignal.timeout(timeoutMs),
      ...init,
      headers: {
        authorization: `Bearer ${token}`,
        'accept-language': language,
        ...traceHeader(),
        ...init.headers
      }
    })
    if (response.ok) return response
    throw await toRefused(response)
  }

  const get = async <T>(path: string, signal?: AbortSignal): Promise<T> => {
    const response = await send('GET', path, await signer.plain(), signal ? { signal } : {})
    return (await response.json()) as T
  }

  const act = async (path: string, body: object): Promise<unknown> => {
    const bytes = Buffer.from(JSON.stringify(body))
    const token = await signer.act('POST', gateway + path, bytes)
    const response = await send('POST', path, token, {
      body: bytes,
      headers: { 'content-type': 'application/json' }
    })
    return response.json()
  }

  return {
    system: options.system,
    act,
    get: (path) => get(path),

    async publish(...events) {
      const [first] = events
      if (!first) return []
      const batch = events.length > 1
      const token = await signer.submission(events as never)
      const response = await send('POST', '/v1/events', token, {
        body: JSON.stringify(batch ? events : first),
        headers: { 'content-type': `application/cloudevents${batch ? '-batch' : ''}+json` }
      })
      return ((await response.json()) as { results: readonly PublishedEvent[] }).results
    },

    async attach(name, mediaType, content) {
      const { sha256, size } = await upload(content, {
        send: async (method, path, init) => send(method, path, await signer.plain(), init),
        retryAfter,
        isMissing: (error) => error instanceof Refused && error.problem.status === 404
      })
      return { name, mediaType, size, sha256 }
    },

    async download(sha256) {
      const { body } = await send('GET', `/v1/attachments/${sha256}`, await signer.plain())
      return body ? Readable.fromWeb(body as never) : Readable.from([])
    },

    page: (inbox = {}) => get(`/v1/inbox${queryOf(inbox)}`),

    async *follow({ after: start, from: rewind, ...rest }, signal) {
      let place: Pick<InboxOptions, 'after' | 'from'> = { after: start, from: rewind }
      while (!signal.aborted) {
        const query = { ...rest, waitSeconds: rest.waitSeconds ?? 20, ...place }
        const page = await nextPage(() => get<InboxPage>(`/v1/inbox${queryOf(query)}`, signal), signal)
        if (page === undefined) continue
        if ('from' in page) place = page
        else {
          yield* page.events
          place = { after: page.next }
        }
      }
    },

    async acknowledge(...acknowledgements) {
      if (acknowledgements.length > 0) await act('/v1/inbox/acknowledgements', { acknowledgements })
    }
  }
}

/**
 * A page; nothing where the gateway was busy or away, then after a moment; or
 * where to read from once the bus was restored and the cursor has expired.
 */
async function nextPage(
  read: () => Promise<InboxPage>,
  signal: AbortSignal
): Promise<InboxPage | { readonly from: string } | undefined> {
  try {
    return await read()
  } catch (error) {
    if (signal.aborted) return undefined
    const problem = error instanceof Refused ? error.problem : undefined
    if (problem?.from !== undefined) return { from: problem.from }
    const waitMs = retryAfter(error)
    if (waitMs === undefined) throw error
    await new Promise((resolve) => setTimeout(resolve, waitMs))
    return undefined
  }
}

/** How long to wait before the same may succeed, milliseconds; undefined where it will not. */
function retryAfter(error: unknown): number | undefined {
  if (!(error instanceof Refused)) {
    const isAway = error instanceof TypeError || (error instanceof Error && error.name === 'TimeoutError')
    return isAway ? 1000 : undefined
  }
  const { status, code } = error.problem
  return status >= 500 || status === 408 || code === 'BUS_UPLOAD_CONFLICT'
    ? (error.waitMs ?? 1000)
    : undefined
}

async function toRefused(response: Response): Promise<Refused> {
  const text = await response.text()
  const retryAfter = Number(response.headers.get('retry-after') ?? Number.NaN)
  const waitMs = Number.isFinite(retryAfter) ? retryAfter * 1000 : undefined
  if (text !== '' && response.headers.get('content-type')?.startsWith('application/problem+json')) {
    return new Refused(JSON.parse(text) as Problem, waitMs)
  }
  const { status } = response
  return new Refused(
    {
      type: 'about:blank',
      title: response.statusText,
      status,
      detail: text.slice(0, 200),
      code: 'BUS_INTERNAL'
    },
    waitMs
  )
}

function queryOf({ types, from, ...rest }: InboxOptions): string {
  const query = new URLSearchParams()
  for (const [name, value] of Object.entries(rest)) if (value !== undefined) query.set(name, String(value))
  if (from !== undefined) query.set('from', from)
  if (types && types.length > 0) query.set('type', types.join(','))
  return query.size > 0 ? `?${query}` : ''
}

export type { Signer }
