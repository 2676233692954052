import type { Language } from '#protocol/errors/faults.ts'
import { GatewayError, toGatewayError, unreachable } from './gateway-error.ts'

/**
 * One request, without method and path.
 * @internal
 */
export interface SendRequest {
  readonly token: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: NonNullable<RequestInit['body']>
  /** Aborts the request, which then rejects with the signal's reason. */
  readonly signal?: AbortSignal | undefined
  /** Time that the gateway was asked to wait, added to the time limit. */
  readonly waitSeconds?: number
}

/**
 * Sends requests to one gateway. Both methods reject with a `GatewayError` unless the request succeeds.
 * @internal
 */
export interface Sender {
  /** Resolves when a successful answer has begun. */
  send(method: string, path: string, request: SendRequest): Promise<Response>
  /** The same; resolves with the answer, read as JSON. */
  json<T>(method: string, path: string, request: SendRequest): Promise<T>
}

/** @internal */
export interface SenderOptions {
  readonly gateway: string
  readonly timeoutMs: number
  readonly language: Language
  readonly traceparent: () => string | undefined
}

/** @internal */
export function createSender({ gateway, timeoutMs, language, traceparent }: SenderOptions): Sender {
  const translate = (error: unknown, signal: AbortSignal | undefined): unknown =>
    error instanceof GatewayError || signal?.aborted ? error : unreachable(gateway, language, error)

  const send: Sender['send'] = async (method, path, { token, signal, waitSeconds = 0, headers, body }) => {
    const limit = new AbortController()
    const limitMs = timeoutMs + waitSeconds * 1000
    const timer = setTimeout(
      () => limit.abort(new DOMException(`no answer within ${limitMs} ms`, 'TimeoutError')),
      limitMs
    )
    const trace = traceparent()
    try {
      const response = await fetch(gateway + path, {
        method,
        redirect: 'manual', // A token is valid for one address.
        signal: signal ? AbortSignal.any([signal, limit.signal]) : limit.signal,
        headers: {
          authorization: `Bearer ${token}`,
          'accept-language': language,
          ...(trace === undefined ? {} : { traceparent: trace }),
          ...headers
        },
        ...(body === undefined ? {} : { body, duplex: 'half' })
      })
      if (response.ok) return response
      throw await toGatewayError(response, language)
    } catch (error) {
      throw translate(error, signal)
    } finally {
      clearTimeout(timer) // The rest of the answer has no time limit.
    }
  }

  return {
    send,
    async json<T>(method: string, path: string, request: SendRequest): Promise<T> {
      const response = await send(method, path, request)
      try {
        return (await response.json()) as T
      } catch (error) {
        throw translate(error, request.signal)
      }
    }
  }
}
