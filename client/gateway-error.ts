import { BusError } from '#protocol/errors/bus-error.ts'
import type { ErrorCode, Retry } from '#protocol/errors/catalogue.ts'
import { type Language, textOf } from '#protocol/errors/faults.ts'
import { type Problem, toProblem } from '#protocol/errors/problem.ts'

/**
 * What is known of a failed request besides its problem.
 * @internal
 */
export interface GatewayErrorOptions {
  /** The network's error, if there was no answer. */
  readonly cause?: unknown
  /** `Retry-After` of the answer, in milliseconds. */
  readonly waitMs?: number | undefined
  /** For a `401`: how far this machine's clock is ahead of the gateway's (negative: behind), in milliseconds. */
  readonly clockAheadMs?: number | undefined
  /** Language of what `message` adds to the problem's detail. */
  readonly language?: Language
}

/**
 * Every method of a client rejects with this error if a request did not succeed: the gateway rejected it,
 * could not be reached, or gave an answer that is not a gateway's. Distinguish errors by `code`;
 * `docs/problems.md` lists them all.
 *
 * - `retry` is `later`: send the same request again after `waitMs`, or after a second. An event or an
 *   acknowledgement sent twice counts once.
 * - `retry` is `never`: the same request would be rejected again. `problem.detail` says what to change, in
 *   the language of the client.
 *
 * @example
 * ```ts
 * const draft = { type: 'document.issued.v1', subject, recipients: ['000.00.92.H03'] }
 * const event = newEvent(sender.system, { ...draft, data: {} })
 * for (;;) {
 *   try {
 *     await sender.publish(event)
 *     break
 *   } catch (error) {
 *     if (!(error instanceof GatewayError)) throw error
 *     console.log(error.code, error.retry) // BUS_PAYLOAD_INVALID never
 *     if (error.retry === 'never') break
 *     await setTimeout(error.waitMs ?? 1000)
 *   }
 * }
 * ```
 */
export class GatewayError extends Error {
  override readonly name = 'GatewayError'
  /** The problem document (RFC 9457) of the answer; made by the client if there was none. */
  readonly problem: Problem
  /** How long to wait before the next attempt (`Retry-After`, RFC 9110), in milliseconds. */
  readonly waitMs: number | undefined
  /**
   * With `BUS_TOKEN_INVALID`: how far this machine's clock is ahead of the gateway's, in milliseconds;
   * negative if it is behind. The gateway accepts tokens made at most 30 s in the future, for two minutes.
   */
  readonly clockAheadMs: number | undefined

  constructor(problem: Problem, options: GatewayErrorOptions = {}) {
    const { cause, waitMs, clockAheadMs, language = 'en' } = options
    const seconds = Math.round(Math.abs(clockAheadMs ?? 0) / 1000)
    const clock = seconds > 10 ? ` ${textOf('clock-differs', { seconds }, language)}` : ''
    super(`${problem.code}: ${problem.detail}${clock}`, { cause })
    this.problem = problem
    this.waitMs = waitMs
    this.clockAheadMs = clockAheadMs
  }

  /** The problem's code, such as `BUS_NOT_PERMITTED`; `BUS_GATEWAY_UNREACHABLE` if no gateway answered. */
  get code(): ErrorCode {
    return this.problem.code
  }

  /** Whether the same request may succeed later: for status 408, 429 and 500 or more, and if no gateway answered. */
  get retry(): Retry {
    const { status } = this.problem
    return status >= 500 || status === 408 || status === 429 ? 'later' : 'never'
  }
}

/**
 * The error of a request that got no answer, or an incomplete one.
 * @internal
 */
export function unreachable(gateway: string, language: Language, cause: unknown): GatewayError {
  const values = { gateway, problem: reasonOf(cause) }
  const error = new BusError('BUS_GATEWAY_UNREACHABLE', 'gateway-silent', { values })
  return new GatewayError(toProblem(error, { language }), { cause })
}

/**
 * The error of an unsuccessful answer. An answer that is not a problem document comes from something in
 * front of the gateway, such as a proxy.
 * @internal
 */
export async function toGatewayError(response: Response, language: Language): Promise<GatewayError> {
  const { status, statusText, headers } = response
  const text = await response.text().catch(() => '')
  const waitMs = retryAfterMs(headers.get('retry-after'))
  const problem = headers.get('content-type')?.startsWith('application/problem+json')
    ? problemOf(text)
    : undefined
  if (problem) {
    const answeredAt = Date.parse(headers.get('date') ?? '')
    const isTimed = status === 401 && Number.isFinite(answeredAt)
    return new GatewayError(problem, {
      waitMs,
      clockAheadMs: isTimed ? Date.now() - answeredAt : undefined,
      language
    })
  }
  const location = headers.get('location')
  const detail = location === null ? text.slice(0, 200) : `redirects to ${location}`
  const title = statusText === '' ? String(status) : statusText
  return new GatewayError(
    {
      type: 'about:blank',
      title,
      status,
      detail: `${title} ${detail}`.trim(),
      code: 'BUS_GATEWAY_UNREACHABLE'
    },
    { waitMs }
  )
}

/**
 * A problem document; undefined if it is incomplete or of another shape, such as the answer to a HEAD.
 * @internal
 */
export function problemOf(text: string): Problem | undefined {
  try {
    const problem = JSON.parse(text) as Partial<Problem>
    return typeof problem.code === 'string' && typeof problem.status === 'number'
      ? (problem as Problem)
      : undefined
  } catch {
    return undefined
  }
}

/** Seconds or a date (RFC 9110, 10.2.3). */
function retryAfterMs(value: string | null): number | undefined {
  if (value === null) return undefined
  const ms = /^\d+$/.test(value) ? Number(value) * 1000 : Date.parse(value) - Date.now()
  return Number.isFinite(ms) ? Math.max(0, ms) : undefined
}

/** The text of the network's error, which fetch wraps in another one. */
function reasonOf(error: unknown): string {
  const { cause = error } = error as { readonly cause?: unknown }
  const { code, message = String(cause) } = cause as { readonly code?: unknown; readonly message?: string }
  if (typeof code === 'string' && /^ERR_SSL_/.test(code)) return code // Its message is OpenSSL's, with addresses of memory.
  return typeof code === 'string' && !message.includes(code) ? `${code} ${message}`.trim() : message
}
