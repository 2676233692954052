import { Readable } from 'node:stream'
import type { ReadableStream } from 'node:stream/web'
import type {
  FastifyPluginAsync,
  FastifyReply,
  FastifyRequest,
  HTTPMethods,
  RawRequestDefaultExpression
} from 'fastify'
import type { Receiver } from '#connectors/host/receive.ts'
import { BusError } from '#protocol/errors/bus-error.ts'
import { announcedBytes } from '../limits/announced-bytes.ts'
import { belowPublicPath } from '../public-path.ts'

type RawRequest = Pick<RawRequestDefaultExpression, 'method' | 'url'>

export interface ReceiveFromOutsideOptions {
  /** Undefined if no connector is configured. */
  readonly receiver: Receiver | undefined
  readonly publicUrl: string
  readonly maxBodyBytes: number
  /** How long a body may pause. */
  readonly bodyTimeoutMs: number
}

/**
 * `/v1/connectors/{name}/receive` and below: called by outside systems, which have no token of the bus. The connector
 * checks what they sign before it reads a body. The paths that instances name lead here, too (`toOwnPath`).
 */
export const receiveFromOutside: FastifyPluginAsync<ReceiveFromOutsideOptions> = async (app, options) => {
  const { receiver, publicUrl, maxBodyBytes, bodyTimeoutMs } = options
  if (!receiver) return
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('*', (_request, body, done) => done(null, body))
  app.addHook('onSend', async (request, reply) => {
    if (!request.raw.complete) reply.header('connection', 'close') // The rest of its body is not waited for.
  })
  const answer = async (
    name: string,
    request: FastifyRequest,
    reply: FastifyReply
  ): Promise<FastifyReply> => {
    const limit = receiver.maxBytesOf(name) ?? maxBodyBytes
    const announced = announcedBytes(request.headers)
    if (announced !== undefined && announced > limit) throw tooLarge(limit)
    const hasBody = request.method !== 'GET' && announced !== 0
    // A kind keeps a body in memory: the caller's other requests wait for the room.
    if (hasBody) await request.use?.takeBody(announced ?? limit)
    const body = hasBody ? boundedBody(request, limit, bodyTimeoutMs) : undefined
    const response = await receiver.receive(name, toRequest(request, publicUrl, body))
    for (const [header, value] of response.headers) reply.header(header, value)
    reply.header('content-security-policy', sandboxed)
    reply.code(response.status)
    return response.body ? reply.send(Readable.fromWeb(response.body as ReadableStream)) : reply.send()
  }
  const route = {
    method: ['GET', 'POST', 'PUT', 'DELETE'],
    config: { token: 'none' as const, rights: 'open' as const, anyMediaType: true, streams: true }
  }
  for (const ending of ['', '/*']) {
    app.route<{ Params: { name: string } }>({
      ...route,
      url: `/v1/connectors/:name/receive${ending}`,
      schema: { hide: true },
      handler: (request, reply) => answer(request.params.name, request, reply)
    })
  }
}

/** What a kind answers with is a page of an origin of its own, if it is one: it cannot use a session of the console. */
const sandboxed = "sandbox; default-src 'none'; frame-ancestors 'none'"

/** A request may name its origin too (RFC 9112, 3.2.2), as those to a proxy do: only its path and query count. */
function withoutOrigin(url: string): string {
  return url.replace(/^https?:\/\/[^/?]*/i, '')
}

/**
 * For `rewriteUrl`: takes the public URL's path away, and leads the paths that instances name to their instance. Routes cannot be added while the gateway
 * runs, and a reload may change these paths. A route of the bus is never replaced.
 */
export function toOwnPath(
  receiver: Pick<Receiver, 'ownPath'> | undefined,
  publicPath: string,
  isRoute: (method: HTTPMethods, path: string) => boolean
): (request: RawRequest) => string {
  return ({ method = 'GET', url: asked = '/' }) => {
    const url = belowPublicPath(withoutOrigin(asked), publicPath)
    const [path = '', ...query] = url.split('?')
    const own = receiver?.ownPath(path)
    if (own === undefined || isRoute(method as HTTPMethods, path)) return url
    return [own, ...query].join('?')
  }
}

function tooLarge(limit: number): BusError {
  return new BusError('BUS_REQUEST_TOO_LARGE', 'body-too-large', { values: { limit } })
}

/** The bytes of a body, as long as they are no more than the limit and none is waited for too long. */
async function* boundedBody({ raw }: FastifyRequest, limit: number, idleMs: number): AsyncGenerator<Buffer> {
  let size = 0
  const idle = setTimeout(() => raw.destroy(new BusError('BUS_REQUEST_TIMEOUT', 'request-cut-off')), idleMs)
  try {
    for await (const chunk of raw as AsyncIterable<Buffer>) {
      idle.refresh()
      size += chunk.length
      if (size > limit) throw tooLarge(limit)
      yield chunk
    }
  } finally {
    clearTimeout(idle)
  }
}

/** The request in the form of the web platform. */
function toRequest(
  { method, originalUrl, headers, publicPath = '' }: FastifyRequest,
  publicUrl: string,
  body: AsyncIterable<Uint8Array> | undefined
): Request {
  const given = new Headers()
  for (const [name, value] of Object.entries(headers)) {
    for (const one of [value ?? []].flat()) given.append(name, one)
  }
  const streamed = body ? { body, duplex: 'half' as const } : {}
  const path = belowPublicPath(withoutOrigin(originalUrl), publicPath)
  return new Request(publicUrl + path, { method, headers: given, ...streamed })
}
