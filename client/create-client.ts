import { BusError } from '#protocol/errors/bus-error.ts'
import type { Language } from '#protocol/errors/faults.ts'
import type { PrivateJwk } from '#protocol/trust/jwk.ts'
import { issuerGrammar } from '#protocol/trust/token.ts'
import type { Client, PublishedEvent } from './client.ts'
import { checkedBytes } from './download.ts'
import { followInbox, type InboxOptions, type InboxPage, inboxQuery } from './inbox.ts'
import { createSender } from './send.ts'
import { createSigner } from './signer.ts'
import { upload } from './upload.ts'

/** The gateway that a client uses, and the system that it acts as. */
export interface ClientOptions {
  /** The gateway's public URL exactly as its operator configured it, such as `https://bus.example.vn`: no slash at the end. */
  readonly gateway: string
  /** The system that signs: `/agencies/<code>/systems/<name>`. */
  readonly system: string
  /** Its private key with `kid` (JWK, RFC 7517), as `lienthong keys new` writes it. Its public half is registered with the bus. */
  readonly key: PrivateJwk
  /** Longest wait for an answer to begin, in milliseconds, in addition to the time of a long poll; by default 60,000. */
  readonly timeoutMs?: number
  /** Language of the texts of errors; by default `vi`. */
  readonly language?: Language
  /** Called for each request: returns the current `traceparent` (W3C Trace Context), in whose trace published events continue. */
  readonly traceparent?: () => string | undefined
}

/**
 * Creates a client that acts as one system. Sends no request yet; a client need not be closed. The
 * gateway's certificate is verified against the authorities that Node trusts; `NODE_EXTRA_CA_CERTS` adds
 * others.
 *
 * Rejects with a `BusError`.
 *
 * @throws BUS_CONFIG_INVALID the system's name or the gateway's address is malformed
 * @throws BUS_KEY_INVALID the key is malformed or has no private part
 *
 * @example
 * ```ts
 * const client = await createClient({
 *   gateway,
 *   system: '/agencies/000.00.91.H03/systems/qlvb',
 *   key: JSON.parse(readFileSync(`${keys}/000.00.91.H03.qlvb.jwk`, 'utf8')),
 *   language: 'en'
 * })
 * console.log(client.system) // /agencies/000.00.91.H03/systems/qlvb
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
    return get(`/v1/inbox${inboxQuery(inbox)}`, { waitSeconds, ...(signal ? { signal } : {}) })
  }

  const act = async (path: string, body: object): Promise<unknown> => {
    const bytes = new TextEncoder().encode(JSON.stringify(body))
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
        token: await signer.submission(events),
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
      return checkedBytes(response, { sha256, gateway, language })
    },

    page: (inbox = {}) => page(inbox),
    follow: (inbox, signal) => followInbox(page, inbox, signal),

    async acknowledge(...acknowledgements) {
      if (acknowledgements.length > 0) await act('/v1/inbox/acknowledgements', { acknowledgements })
    }
  }
}

/** The form of `gateway.publicUrl`; tokens must contain it exactly. */
const publicUrlGrammar = /^https?:\/\/[^/?#]+(?:\/[\w-][\w.~-]*)*$/
