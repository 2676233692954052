import type {
  FastifyPluginAsync,
  FastifyReply,
  FastifyRequest,
  HTTPMethods,
  RawRequestDefaultExpression
} from 'fastify'
import type { Receiver } from '#connectors/host/receive.ts'

type RawRequest = Pick<RawRequestDefaultExpression, 'method' | 'url'>

export interface ReceiveFromOutsideOptions {
  /** Undefined if no connector is configured. */
  readonly receiver: Receiver | undefined
  readonly publicUrl: string
  readonly maxBodyBytes: number
}

/**
 * `/v1/connectors/{name}/receive` and below: called by outside systems, which have no token of the bus. The connector
 * checks what they sign. The paths that instances name lead here, too (`toOwnPath`).
 */
export const receiveFromOutside: FastifyPluginAsync<ReceiveFromOutsideOptions> = async (app, options) => {
  const { receiver, publicUrl, maxBodyBytes } = options
  if (!receiver) return
  app.addContentTypeParser('*', { parseAs: 'buffer', bodyLimit: maxBodyBytes }, (_request, body, done) =>
    done(null, body)
  )
  const answer = async (
    name: string,
    request: FastifyRequest,
    reply: FastifyReply
  ): Promise<FastifyReply> => {
    const response = await receiver.receive(name, toRequest(request, publicUrl))
    for (const [header, value] of response.headers) reply.header(header, value)
    return reply.code(response.status).send(Buffer.from(await response.arrayBuffer()))
  }
  const route = {
    method: ['GET', 'POST', 'PUT', 'DELETE'],
    config: { token: 'none' as const, anyMediaType: true }
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

/**
 * For `rewriteUrl`: leads the paths that instances name to their instance. Routes cannot be added while the gateway
 * runs, and a reload may change these paths. A route of the bus is never replaced.
 */
export function toOwnPath(
  receiver: Pick<Receiver, 'ownPath'> | undefined,
  isRoute: (method: HTTPMethods, path: string) => boolean
): (request: RawRequest) => string {
  return ({ method = 'GET', url = '/' }) => {
    const [path = '', ...query] = url.split('?')
    const own = receiver?.ownPath(path)
    if (own === undefined || isRoute(method as HTTPMethods, path)) return url
    return [own, ...query].join('?')
  }
}

/** The request in the form of the web platform; its body is complete. */
function toRequest({ method, originalUrl, headers, body }: FastifyRequest, publicUrl: string): Request {
  const given = new Headers()
  for (const [name, value] of Object.entries(headers)) {
    for (const one of [value ?? []].flat()) given.append(name, one)
  }
  const hasBody = method !== 'GET' && Buffer.isBuffer(body) && body.length > 0
  return new Request(new URL(originalUrl, publicUrl), {
    method,
    headers: given,
    ...(hasBody ? { body: new Uint8Array(body) } : {})
  })
}
