import { readFileSync } from 'node:fs'
import { Agent, type Dispatcher, ProxyAgent, fetch as undiciFetch } from 'undici'
import { BusError } from '#protocol/errors/bus-error.ts'
import type { ConnectorIo } from '../connector.ts'

export interface NetworkSettings {
  /** Address of the proxy for all requests. */
  readonly proxy?: string | undefined
  /** PEM file of authorities trusted instead of the usual ones. */
  readonly authoritiesFile?: string | undefined
  readonly timeoutSeconds: number
  readonly maxAnswerBytes: number
}

export interface LimitedFetch {
  readonly fetchWithin: (signal: AbortSignal) => ConnectorIo['fetch']
  readonly close: () => Promise<void>
}

/** `fetch` for kinds, withTimeout limits of time and size. Opens nothing before the first request. */
export function createLimitedFetch(network: NetworkSettings): LimitedFetch {
  const { timeoutSeconds, maxAnswerBytes } = network
  let dispatcher: Dispatcher | undefined
  return {
    fetchWithin: (signal) => async (input, init) => {
      dispatcher ??= dispatcherOf(network)
      const { host } = new URL(input)
      const limits = [
        signal,
        AbortSignal.timeout(timeoutSeconds * 1000),
        ...(init?.signal ? [init.signal] : [])
      ]
      // undici's own types and the platform's differ in name only.
      const options = { ...init, dispatcher, signal: AbortSignal.any(limits) } as Parameters<
        typeof undiciFetch
      >[1]
      const response = await undiciFetch(input, options).catch((cause: unknown) => {
        if (signal.aborted) throw signal.reason
        throw new BusError('BUS_PEER_UNREACHABLE', 'peer-no-answer', {
          cause,
          values: { host, problem: innermost(cause) }
        })
      })
      return limitedAnswer(response as unknown as Response, host, maxAnswerBytes)
    },
    close: async () => void (await dispatcher?.destroy())
  }
}

function dispatcherOf({ proxy, authoritiesFile, timeoutSeconds }: NetworkSettings): Dispatcher {
  const ca = authoritiesFile === undefined ? {} : { ca: readFileSync(authoritiesFile, 'utf8') }
  const timeout = timeoutSeconds * 1000
  const shared = { headersTimeout: timeout, bodyTimeout: timeout }
  return proxy === undefined
    ? new Agent({ ...shared, connect: { ...ca, timeout } })
    : new ProxyAgent({ ...shared, uri: proxy, requestTls: ca })
}

/** The answer, unless it says to come again later; its body ends with an error beyond the limit. */
async function limitedAnswer(response: Response, host: string, limit: number): Promise<Response> {
  const { status, statusText, headers, body } = response
  if (status === 401 || status === 429 || status === 503) {
    await body?.cancel()
    throw status === 401
      ? new BusError('BUS_PEER_CREDENTIALS', 'peer-credentials', { values: { host } })
      : new BusError('BUS_PEER_FAILED', 'peer-busy', { values: { host, status }, ...waitOf(headers) })
  }
  if (!body) return new Response(null, { status, statusText, headers })
  let size = 0
  const count = new TransformStream<Uint8Array, Uint8Array>({
    transform(chunk, controller) {
      size += chunk.length
      if (size <= limit) return controller.enqueue(chunk)
      controller.error(new BusError('BUS_PEER_FAILED', 'peer-answer-large', { values: { host, limit } }))
    }
  })
  return new Response(body.pipeThrough(count), { status, statusText, headers: new Headers([...headers]) })
}

/** `Retry-After`, in seconds or as a date. */
function waitOf(headers: Headers): { readonly waitMs?: number } {
  const text = headers.get('retry-after') ?? ''
  const ms = /^\d{1,9}$/.test(text) ? Number(text) * 1000 : Date.parse(text) - Date.now()
  return Number.isNaN(ms) ? {} : { waitMs: Math.max(0, ms) }
}

function innermost(error: unknown): string {
  let found = error
  for (let depth = 0; depth < 10 && found instanceof Error && found.cause instanceof Error; depth += 1) {
    found = found.cause
  }
  return found instanceof Error
    ? found.message || String((found as NodeJS.ErrnoException).code)
    : String(found)
}
