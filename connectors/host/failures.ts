import { BusError } from '#protocol/errors/bus-error.ts'
import type { ErrorCode } from '#protocol/errors/catalogue.ts'
import type { Failure } from './hosted-instance.ts'

const ofCode: Partial<Readonly<Record<ErrorCode, Failure>>> = {
  BUS_PEER_UNREACHABLE: 'unreachable',
  BUS_PEER_CREDENTIALS: 'credentials',
  BUS_PEER_REFUSED: 'never'
}

/** Codes of Node and undici where no connection stood or no answer came. */
const withoutAnswer =
  /^(?:ECONN\w+|EAI_\w+|ENOTFOUND|ENODATA|ETIMEDOUT|EHOST\w+|ENET\w+|EPIPE|EPROTO|ERR_TLS_\w+|ERR_SSL_\w+|ERR_SOCKET_\w+|UND_ERR_(?:CONNECT_TIMEOUT|HEADERS_TIMEOUT|BODY_TIMEOUT|SOCKET|CLOSED|DESTROYED)|CERT_\w+|UNABLE_TO_\w+|(?:DEPTH_ZERO_)?SELF_SIGNED_CERT\w*)$/

/**
 * What a failure of the outside means. Connections that fail, DNS, TLS and time limits count as unreachable, however
 * a library reports them. Everything unknown is tried again; only what the kind declares refused is not.
 */
export function failureOf(error: unknown): Failure {
  if (error instanceof BusError) return ofCode[error.code] ?? 'later'
  for (const cause of causesOf(error)) {
    const { code, name, message, status, statusCode } = cause
    if (status === 401 || statusCode === 401) return 'credentials'
    if (typeof code === 'string' && withoutAnswer.test(code)) return 'unreachable'
    if (name === 'AbortError' || name === 'TimeoutError') return 'unreachable'
    if (name === 'TypeError' && message === 'fetch failed') return 'unreachable'
  }
  return 'later'
}

interface Cause {
  readonly code?: unknown
  readonly name?: unknown
  readonly message?: unknown
  readonly status?: unknown
  readonly statusCode?: unknown
  readonly cause?: unknown
  readonly errors?: unknown
}

const maxCauses = 20

/** An error and those that caused it. */
function causesOf(error: unknown): readonly Cause[] {
  const found = new Set<Cause>()
  const add = (one: unknown): void => {
    if (typeof one !== 'object' || one === null || found.size >= maxCauses || found.has(one)) return
    found.add(one)
    const { cause, errors } = one as Cause
    add(cause)
    if (Array.isArray(errors)) for (const each of errors) add(each)
  }
  add(error)
  return [...found]
}

export const longestWaitMs = 86_400_000

/** How long the outside asked to wait (`Retry-After`), in milliseconds; at most a day. */
export function askedWaitMs(error: unknown): number {
  return error instanceof BusError ? Math.min(error.waitMs ?? 0, longestWaitMs) : 0
}
