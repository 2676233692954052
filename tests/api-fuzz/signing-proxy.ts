import { once } from 'node:events'
import {
  createServer,
  type IncomingMessage,
  type OutgoingHttpHeaders,
  type ServerResponse,
  request as send
} from 'node:http'
import type { AddressInfo } from 'node:net'
import { buffer } from 'node:stream/consumers'
import type { Signer } from '#client/signer.ts'
import { decodeRequest } from '#gateway/routes/events/decode-request.ts'

/** What a caller sends where a signed token is meant. */
export const toBeSigned = 'Bearer to-be-signed'

export interface SigningProxyOptions {
  readonly gateway: string
  /** Who sends a request. */
  readonly signerOf: (method: string, path: string) => Signer
  /** The kind of token that a request needs, as the API document says. */
  readonly tokenOf: (method: string, path: string) => string
}

/** How long a stream of server-sent events is read. */
const streamMs = 200

/**
 * A proxy before a gateway that puts a freshly signed token where a request says `toBeSigned`, and passes all else
 * on unchanged. So tools that cannot sign can call every operation. Long polls are not waited for, and streams end.
 */
export async function startSigningProxy(
  options: SigningProxyOptions
): Promise<{ readonly url: string; close(): void }> {
  const server = createServer((request, response) => {
    pass(request, response, options).catch(() => response.destroy())
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const close = (): void => {
    server.close()
    server.closeAllConnections()
  }
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, close }
}

async function pass(
  request: IncomingMessage,
  response: ServerResponse,
  options: SigningProxyOptions
): Promise<void> {
  const { gateway } = options
  const { method = 'GET', rawHeaders } = request
  const url = withoutWait(request.url ?? '/')
  const body = await buffer(request)
  const headers: OutgoingHttpHeaders = {}
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const name = (rawHeaders[at] ?? '').toLowerCase()
    if (['host', 'connection', 'transfer-encoding', 'content-length'].includes(name)) continue
    headers[name] = [headers[name] ?? [], rawHeaders[at + 1] ?? ''].flat() as string[]
  }
  if (body.length > 0 || !['GET', 'HEAD'].includes(method)) headers['content-length'] = body.length
  if (request.headers.authorization === toBeSigned) {
    headers.authorization = `Bearer ${await tokenFor(request, url.split('?')[0] ?? '/', body, options)}`
  }
  if (headers.origin !== undefined) headers.origin = gateway // A browser sets it, not its page.
  const { hostname, port } = new URL(gateway)
  const onward = send({ hostname, port, method, path: url, headers, agent: false })
  onward.on('error', () => response.destroy())
  onward.on('response', (answer) => {
    response.writeHead(answer.statusCode ?? 502, answer.rawHeaders)
    answer.pipe(response)
    answer.on('error', () => response.destroy())
    if (answer.headers['content-type']?.startsWith('text/event-stream')) {
      setTimeout(() => {
        response.end()
        onward.destroy()
      }, streamMs)
    }
  })
  onward.end(body)
}

async function tokenFor(
  { method = 'GET', headers }: IncomingMessage,
  path: string,
  body: Buffer,
  { gateway, signerOf, tokenOf }: SigningProxyOptions
): Promise<string> {
  const signer = signerOf(method, path)
  switch (tokenOf(method, path)) {
    case 'act':
      return signer.act(method, gateway + path, body)
    case 'publish':
      return signer.submission(eventsIn(headers, body))
    default:
      return signer.plain()
  }
}

function eventsIn(headers: IncomingMessage['headers'], body: Buffer): Parameters<Signer['submission']>[0] {
  try {
    return [...decodeRequest(headers, body).events].flatMap((event) => event?.value ?? [])
  } catch {
    return [{ unreadable: true }]
  }
}

/** An inbox that is empty would be waited for as long as the request says. */
function withoutWait(url: string): string {
  return url.replace(/([?&]waitSeconds=)(?:[0-9]|[12][0-9]|30)(?=&|$)/, '$10')
}
