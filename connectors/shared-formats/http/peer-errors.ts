import { BusError } from '#protocol/errors/bus-error.ts'
import { addressRefused } from './addresses.ts'
import { faults } from './faults.ts'
import type { HttpAnswer } from './http-messages.ts'

export interface Asked {
  readonly host: string
  /** Set if the time limit ended the request. */
  readonly timeoutMs: number | undefined
  readonly allowPrivate: boolean
}

/** Turns what Node and undici reject with into errors of ours. */
export function toPeerError(error: unknown, { host, timeoutMs, allowPrivate }: Asked): BusError {
  if (error instanceof BusError) return error
  if (timeoutMs !== undefined) {
    return faults.timeout({ cause: error, values: { host, timeoutMs } })
  }
  const reason = innermost(error)
  if (reason.code === addressRefused) {
    const fault = allowPrivate ? faults.addressReserved : faults.addressPrivate
    return fault({ cause: error, values: { host } })
  }
  const fault = ofTls.test(reason.code ?? '') ? faults.tls : faults.unreachable
  const problem = `${reason.code ?? reason.name}: ${reason.reason ?? reason.message}`.replaceAll(/\s+/g, ' ')
  return fault({ cause: error, values: { host, problem } })
}

/** Codes that Node gives to errors of TLS and of certificates. */
const ofTls = /^(?:ERR_SSL_|ERR_TLS_|CERT_|UNABLE_TO_|(?:DEPTH_ZERO_)?SELF_SIGNED_CERT)/

interface Reason {
  readonly code?: string
  readonly name: string
  readonly message: string
  /** Of OpenSSL, whose messages name places in its source. */
  readonly reason?: string
}

/** The error that the others were made of; of several attempts to connect, the first one's. */
function innermost(error: unknown): Reason {
  if (error instanceof AggregateError && error.errors.length > 0) return innermost(error.errors[0])
  if (!(error instanceof Error)) return { name: 'Error', message: String(error) }
  return error.cause instanceof Error ? innermost(error.cause) : error
}

/**
 * Throws for an answer that is no success: `BUS_PEER_CREDENTIALS` for 401, `BUS_PEER_REFUSED` for a status
 * in `refused`, else `BUS_PEER_FAILED`, with `Retry-After` as its wait.
 */
export function checkStatus(answer: HttpAnswer, host: string, refused: readonly number[] = []): void {
  const { status, headers } = answer
  if (status >= 200 && status < 300) return
  const values = { host, status, problem: reasonOf(answer) }
  if (status === 401) throw faults.credentials({ values })
  if (refused.includes(status)) throw faults.refused({ values })
  const waitMs = retryAfterMs(headers['retry-after'], Date.now())
  throw faults.failed({
    values,
    ...(waitMs === undefined ? {} : { waitMs })
  })
}

const longestWaitMs = 86_400_000

/** `Retry-After` (RFC 9110) in milliseconds, at most a day; undefined if it is neither seconds nor a date. */
export function retryAfterMs(value: string | undefined, now: number): number | undefined {
  if (value === undefined) return undefined
  const ms = /^\d{1,9}$/.test(value) ? Number(value) * 1000 : Date.parse(value) - now
  return Number.isNaN(ms) ? undefined : Math.min(Math.max(ms, 0), longestWaitMs)
}

/**
 * What an answer says of its failure, as a text that follows its status, without the data of the request: the title of
 * an RFC 9457 problem, or a code. Other text may repeat personal data, and the reason is logged.
 */
function reasonOf({ headers, body }: HttpAnswer): string {
  if (body.length > 65_536 || !headers['content-type']?.includes('json')) return ''
  const answer = parsed(body)
  const { title, code, error } = answer
  const isProblem = headers['content-type'].startsWith('application/problem+json')
  if (isProblem && typeof title === 'string') return `: ${title.slice(0, 200)}`
  const word = [code, error].find((value) => typeof value === 'string' && /^[\w.:-]{1,64}$/.test(value))
  return typeof word === 'string' ? `: ${word}` : ''
}

function parsed(body: Buffer): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(body.toString())
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {}
  } catch {
    return {} // Not JSON after all: it says nothing.
  }
}
