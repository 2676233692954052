import { type FastifyError, type FastifyReply, type FastifyRequest, fastify } from 'fastify'
import type { Client } from '#client/client.ts'
import { createClient } from '#client/create-client.ts'
import { GatewayError } from '#client/gateway-error.ts'
import { createSigner } from '#client/signer.ts'
import { BusError } from '#protocol/errors/bus-error.ts'
import { textOf } from '#protocol/errors/faults.ts'
import { retry } from '#protocol/timing/retry.ts'
import type { PrivateJwk } from '#protocol/trust/jwk.ts'
import { type Answer, type Ask, type ChangeOf, changes, resourceOf } from './registry-changes.ts'

export interface RegistryProxyOptions {
  /** The gateway's public URL. */
  readonly gateway: string
  /** The system that it acts as, and its private key. */
  readonly system: string
  readonly key: PrivateJwk
  /** 0 picks a free one. */
  readonly port: number
}

export interface RegistryProxy {
  readonly url: string
  close(): Promise<void>
}

const mediaType = 'application/vnd.schemaregistry.v1+json'
/** Start of the gateway's answer to a request that needs a signed act. */
const needsAct = '{"error_code":40302,'
const maxBodyBytes = 1_048_576
const timeoutMs = 60_000
/** How long acts of others may keep coming first, and how long to wait before trying again, at most. */
const longestMs = 30_000
const longestWaitMs = 200
/** The size of a request's head: the gateway reports names that are too long. */
const maxParamLength = 16_384

/**
 * Serves the Confluent Schema Registry API on loopback for clients that cannot sign acts. It forwards every
 * request to the gateway with a token of the system, and turns a change into an act that it signs. It
 * ignores the clients' own credentials: whoever reaches the port acts as the system.
 */
export async function startRegistryProxy(options: RegistryProxyOptions): Promise<RegistryProxy> {
  const client = await createClient({ ...options, language: 'en' })
  const ask = await createAsk(options)
  const app = fastify({
    bodyLimit: maxBodyBytes,
    forceCloseConnections: true,
    frameworkErrors: (error, _request, reply) => send(reply, failed(error)),
    routerOptions: { maxParamLength, ignoreTrailingSlash: true }
  })
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body))
  app.addHook('onRequest', async (request) => checkLocal(request))
  app.setErrorHandler((error, _request, reply) => send(reply, failed(error)))
  app.setNotFoundHandler((_request, reply) => send(reply, failed(new BusError('BUS_NOT_FOUND', 'not-found'))))
  app.all('*', async (request, reply) => send(reply, await ask(request)))
  const inTurn = createTurns()
  for (const [method, url, changeOf] of changes) {
    const answer = signing(changeOf, ask, client)
    const handler = async (request: FastifyRequest, reply: FastifyReply) =>
      send(reply, await inTurn(resourceOf(request), () => answer(request)))
    app.route({ method, url, handler })
  }
  return { url: await app.listen({ host: '127.0.0.1', port: options.port }), close: () => app.close() }
}

async function createAsk({ gateway, system, key }: RegistryProxyOptions): Promise<Ask> {
  const signer = await createSigner({ system, key, audience: gateway })
  return async (what) => {
    const { method, url, headers, body } =
      typeof what === 'string' ? { method: 'GET', url: what, headers: {}, body: undefined } : what
    const content = body instanceof Buffer && body.length > 0 ? new Uint8Array(body) : undefined
    const response = await fetch(addressOf(gateway, url), {
      method,
      redirect: 'error',
      signal: AbortSignal.timeout(timeoutMs),
      headers: {
        ...passedOn(headers),
        authorization: `Bearer ${await signer.plain()}`,
        // Without a type a body is taken for what that API expects.
        ...(content ? { 'content-type': headers['content-type'] ?? mediaType } : {})
      },
      ...(content ? { body: content } : {})
    })
    const type = response.headers.get('content-type') ?? mediaType
    return { status: response.status, type, text: await response.text() }
  }
}

/** The headers that make a difference to the answer. */
function passedOn(headers: FastifyRequest['headers']): Record<string, string> {
  const unknown = headers['confluent-accept-unknown-properties']
  return {
    accept: headers.accept ?? mediaType,
    'accept-language': headers['accept-language'] ?? 'en',
    ...(unknown === undefined ? {} : { 'confluent-accept-unknown-properties': String(unknown) })
  }
}

/**
 * The gateway's address for a path. Nothing but the registry can be reached, however the path is written.
 * Throws `BUS_NOT_FOUND`.
 */
function addressOf(gateway: string, path: string): URL {
  const base = `${gateway}/registry`
  const address = URL.parse(base + path)
  if (address?.href.startsWith(`${base}/`)) return address
  throw new BusError('BUS_NOT_FOUND', 'not-found')
}

/** Makes the change of a request if the gateway would accept it as an act. */
function signing(changeOf: ChangeOf, ask: Ask, client: Client): (request: FastifyRequest) => Promise<Answer> {
  const attempt = async (request: FastifyRequest): Promise<Answer> => {
    const first = await ask(request)
    if (!first.text.startsWith(needsAct)) return first
    const previous = await lastOn(resourceOf(request), client)
    // Asked once more: where an act comes after this answer, ours names another `previous` and is rejected.
    const checked = await ask(request)
    if (!checked.text.startsWith(needsAct)) return checked
    const { act, answer } = await changeOf(request, ask, checked)
    await client.act('/v1/schemas', { ...act, previous })
    return answer ? { ...answer, type: checked.type } : ask(request)
  }
  const waitMs = (error: unknown) => (isConflict(error) ? Math.random() * longestWaitMs : undefined)
  return (request) => retry(() => attempt(request), { waitMs, longestMs })
}

function isConflict(error: unknown): boolean {
  return error instanceof GatewayError && error.problem.code === 'BUS_ACT_CONFLICT'
}

/** Does work on one resource after the other: of two acts at once, one would be rejected. */
function createTurns(): <T>(resource: string, work: () => Promise<T>) => Promise<T> {
  const last = new Map<string, Promise<unknown>>()
  return (resource, work) => {
    const mine = (last.get(resource) ?? Promise.resolve()).then(work)
    const ended = mine
      .catch(() => {})
      .finally(() => {
        if (last.get(resource) === ended) last.delete(resource)
      })
    last.set(resource, ended)
    return mine
  }
}

async function lastOn(resource: string, client: Client): Promise<string | null> {
  try {
    return (await client.get<{ readonly last?: string }>(`/v1/schemas${resource}`)).last ?? null
  } catch (error) {
    if (error instanceof GatewayError && error.problem.status === 404) return null
    throw error
  }
}

/** Rejects requests that a web page in this machine's browser may send, since every change is signed. */
function checkLocal({ headers }: FastifyRequest): void {
  const isLocal = /^(?:localhost|127\.0\.0\.1)(?::\d+)?$/.test(headers.host ?? '')
  if (headers.origin !== undefined || !isLocal) throw new BusError('BUS_NOT_PERMITTED', 'proxy-is-local')
}

/** The error of the act or of the connection, in the form of that API. */
function failed(error: unknown): Answer {
  const said = (status: number, message: string, code = status === 404 ? 404 : status * 100 + 1): Answer => ({
    status,
    text: JSON.stringify({ error_code: code, message })
  })
  if (error instanceof BusError) return said(error.status, error.message)
  if (error instanceof GatewayError) {
    const { code, status, title, detail = title } = error.problem
    // Clients read 409 as "not compatible", and try again after 503.
    if (isConflict(error)) return said(503, detail)
    return said(status, detail, code === 'BUS_SCHEMA_INCOMPATIBLE' ? 409 : undefined)
  }
  const { statusCode, code, message = '' } = error as Partial<FastifyError>
  if (statusCode === undefined) return said(502, `The gateway does not answer: ${String(error)}`)
  return said(statusCode, code === 'FST_ERR_BAD_URL' ? textOf('request-malformed', {}, 'en') : message)
}

function send(reply: FastifyReply, { status, text, type = mediaType }: Answer): FastifyReply {
  return reply.code(status).header('content-type', type).send(Buffer.from(text)) // To a text, a charset is added.
}
