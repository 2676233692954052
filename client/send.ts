import type { Language } from '#protocol/errors/faults.ts'
import { GatewayError, toGatewayError, unreachable } from './gateway-error.ts'

/**
 * One request, beyond its method and path.
 * @internal
 */
export interface SendRequest {
  readonly token: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: NonNullable<RequestInit['body']>
  /** Ends the request early; it then rejects with the signal's reason. */
  readonly signal?: AbortSignal | undefined
  /** How long the gateway may take besides, because it was asked to wait. */
  readonly waitSeconds?: number
}

/**
 * Sends requests to one gateway. Both reject with a `GatewayError` for anything but an answer of success.
 * @internal
 */
export interface Sender {
  /** Resolves once an answer of success has begun. */
  send(method: string, path: string, request: SendRequest): Promise<Response>
  /** The same, with the whole answer read as JSON. */
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
        redirect: 'manual', // A token is for one address.
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
      clearTimeout(timer) // What follows the beginning of an answer may take as long as bytes come.
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
