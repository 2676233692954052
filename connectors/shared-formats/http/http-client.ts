import { Agent, type Dispatcher, ProxyAgent } from 'undici'
import type { BusError } from '#protocol/errors/bus-error.ts'
import { checkedLookup, isAllowedAddress, literalAddressOf } from './addresses.ts'
import { faults } from './faults.ts'
import type { HttpAnswer, HttpRequest } from './http-messages.ts'
import { toPeerError } from './peer-errors.ts'

export interface HttpClientOptions {
  /** Longest time from the request to the end of its answer; half of it to connect. */
  readonly timeoutMs: number
  /** Largest body of an answer. */
  readonly maxBytes: number
  /** Whether addresses of private networks may be reached. */
  readonly allowPrivate: boolean
  /** Whether a server without TLS may be asked. */
  readonly allowPlain: boolean
  /** Connections to one server. */
  readonly connections: number
  /** Address of the proxy for all requests; it looks up names itself, so that only addresses in URLs are checked. */
  readonly proxy?: string | undefined
  /** PEM texts: authorities trusted instead of the usual ones, and the certificate the client shows. */
  readonly tls?: { readonly ca?: string; readonly cert?: string; readonly key?: string } | undefined
}

/**
 * Sends requests to a system outside within limits of time and size. It follows no redirect, takes no
 * compressed answer, and connects to no address that is reserved or, unless allowed, private.
 */
export interface HttpClient {
  /**
   * Resolves with any answer, whatever its status. Rejects with `BUS_PEER_UNREACHABLE` where none comes, and
   * with `BUS_PEER_FAILED` for one that is redirected, compressed or too large and does not count without its body.
   */
  send(request: HttpRequest, signal: AbortSignal): Promise<HttpAnswer>
  close(): Promise<void>
}

export function createHttpClient(options: HttpClientOptions): HttpClient {
  const { timeoutMs, maxBytes: most, allowPrivate } = options
  const dispatcher = dispatcherOf(options)
  return {
    async send({ method, url, headers, body, maxBytes = most, countsWithoutBody }, signal) {
      const { origin, pathname, search, host } = checkedUrl(url, options)
      // One controller and one timer: `AbortSignal.any` and `timeout` cost as much as the request.
      const ending = new AbortController()
      const end = (): void => ending.abort()
      let isLate = false
      const timer = setTimeout(() => {
        isLate = true
        end()
      }, timeoutMs)
      signal.addEventListener('abort', end, { once: true })
      const failed = (error: unknown): BusError =>
        toPeerError(error, { host, timeoutMs: isLate ? timeoutMs : undefined, allowPrivate })
      try {
        signal.throwIfAborted()
        const response = await dispatcher.request({
          origin,
          path: pathname + search,
          method: method as Dispatcher.HttpMethod,
          headers: { 'accept-encoding': 'identity', ...headers },
          body: body ?? null,
          signal: ending.signal
        })
        const reading = readAnswer(response, host, maxBytes)
        if (!countsWithoutBody?.(response.statusCode)) return await reading
        return await reading.catch((error) => {
          return { ...headOf(response), body: Buffer.alloc(0), unread: failed(error) }
        })
      } catch (error) {
        if (signal.aborted) throw signal.reason
        throw failed(error)
      } finally {
        clearTimeout(timer)
        signal.removeEventListener('abort', end)
      }
    },
    close: () => dispatcher.destroy()
  }
}

function dispatcherOf({
  proxy,
  tls = {},
  connections,
  timeoutMs,
  allowPrivate
}: HttpClientOptions): Dispatcher {
  const shared = { connections, headersTimeout: timeoutMs, bodyTimeout: timeoutMs, pipelining: 1 }
  const lookup = checkedLookup(allowPrivate)
  // Shorter than the total, so that it tells apart requests that cannot have been sent.
  const timeout = Math.ceil(timeoutMs / 2)
  return proxy === undefined
    ? new Agent({ ...shared, connect: { ...tls, lookup, timeout } })
    : new ProxyAgent({ ...shared, uri: proxy, requestTls: { ...tls, timeout }, proxyTls: { timeout } })
}

/** Throws `BUS_PEER_FAILED` for a URL that must not be asked. */
function checkedUrl(text: string, { allowPlain, allowPrivate }: HttpClientOptions): URL {
  const url = URL.parse(text)
  const refuse = (problem: string): never => {
    throw faults.urlRefused({ values: { host: url?.host ?? '', problem } })
  }
  if (!url) return refuse('not a URL')
  if (url.protocol !== 'https:' && !(allowPlain && url.protocol === 'http:')) refuse('not https')
  if (url.username !== '' || url.password !== '') refuse('user or password in it')
  const address = literalAddressOf(url)
  if (address !== undefined && !isAllowedAddress(address, allowPrivate)) refuse(`address ${address}`)
  return url
}

function headOf({ statusCode, headers }: Dispatcher.ResponseData): Omit<HttpAnswer, 'body'> {
  return {
    status: statusCode,
    headers: Object.fromEntries(
      Object.entries(headers).flatMap(([name, value]) => (value === undefined ? [] : [[name, String(value)]]))
    )
  }
}

async function readAnswer(
  response: Dispatcher.ResponseData,
  host: string,
  limit: number
): Promise<HttpAnswer> {
  const { status, headers } = headOf(response)
  const { body } = response
  const refuse = (fault: 'redirects' | 'compressed' | 'tooLarge'): never => {
    body.on('error', () => {}).destroy() // Ends the connection; the rest is not read.
    throw faults[fault]({ values: { host, status, limit } })
  }
  if (status >= 300 && status < 400 && status !== 304) refuse('redirects')
  if ((headers['content-encoding'] ?? 'identity') !== 'identity') refuse('compressed')
  if (Number(headers['content-length'] ?? 0) > limit) refuse('tooLarge')
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of body as AsyncIterable<Buffer>) {
    size += chunk.length
    if (size > limit) refuse('tooLarge')
    chunks.push(chunk)
  }
  return { status, headers, body: Buffer.concat(chunks, size) }
}
