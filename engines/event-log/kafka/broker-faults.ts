import { BusError } from '#protocol/errors/bus-error.ts'
import type { Fault } from '#protocol/errors/faults.ts'

/** What the client and the sockets below it throw; the reason may be several causes down. */
interface Thrown {
  readonly name?: string
  readonly message?: string
  readonly code?: string | number
  readonly cause?: unknown
  /** Of `KafkaJSAggregateError`: one for each topic that could not be created. */
  readonly errors?: readonly unknown[]
}

const maxDepth = 8

/** Error codes of OpenSSL and Node for a certificate that one side rejects. */
const untrusted = /CERT|SELF_SIGNED|UNABLE_TO_|ERR_TLS|ERR_SSL|certificate|alert|wrong version number|EPROTO/

/**
 * Turns a failure to use the brokers into `BUS_LOG_UNAVAILABLE`, since an operator may fix it while this
 * process runs. The text tells a rejected certificate from a rejected password and from brokers that do not
 * answer.
 */
export function brokersUnavailable(cause: unknown): BusError {
  const [fault, problem] = faultOf(cause)
  return new BusError('BUS_LOG_UNAVAILABLE', fault, {
    cause,
    waitMs: 2000,
    ...(problem === undefined ? {} : { values: { problem } })
  })
}

function faultOf(cause: unknown): readonly [Fault, string | undefined] {
  for (const error of causesOf(cause)) {
    const { name = '', message = '', code = '' } = error
    const problem = message.replace(/^Connection error: /, '').split('\n')[0]
    if (name === 'KafkaJSSASLAuthenticationError') return ['brokers-refuse-login', problem]
    if (untrusted.test(`${code} ${message}`)) return ['brokers-not-trusted', problem]
    if (/authorized/i.test(message)) return ['brokers-forbid', problem]
    if (name === 'KafkaJSConnectionClosedError') return ['brokers-hang-up', undefined]
  }
  return ['brokers-unavailable', undefined]
}

/** The error and its causes, the deepest first. */
export function causesOf(error: unknown): readonly Thrown[] {
  const causes: Thrown[] = []
  let one = error as Thrown | undefined
  while (one && causes.length < maxDepth) {
    causes.push(one)
    one = (one.cause ?? one.errors?.[0]) as Thrown | undefined
  }
  return causes.reverse()
}
