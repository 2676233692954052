import { BusError } from '#protocol/errors/bus-error.ts'
import type { Fault } from '#protocol/errors/faults.ts'

/** What the client and the sockets below it throw: the reason is often some causes down. */
interface Thrown {
  readonly name?: string
  readonly message?: string
  readonly code?: string | number
  readonly cause?: unknown
}

const maxDepth = 8

/** OpenSSL's and Node's names for a peer whose certificate is not good, or that finds ours not good. */
const untrusted = /CERT|SELF_SIGNED|UNABLE_TO_|ERR_TLS|ERR_SSL|certificate|alert|wrong version number|EPROTO/

/**
 * What keeps the brokers from being used becomes `BUS_LOG_UNAVAILABLE`, as it
 * may be mended at their side while this process runs; its text tells a
 * certificate from a password from a silence.
 */
export function brokersUnavailable(cause: unknown): BusError {
  const [fault, problem] = message(cause)
  return new BusError('BUS_LOG_UNAVAILABLE', fault, {
    cause,
    waitMs: 2000,
    ...(problem === undefined ? {} : { values: { problem } })
  })
}

function message(cause: unknown): readonly [Fault, string | undefined] {
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

function causesOf(error: unknown): readonly Thrown[] {
  const causes: Thrown[] = []
  for (let one = error as Thrown | undefined; one && causes.length < maxDepth; one = one.cause as Thrown) {
    causes.push(one)
  }
  return causes.reverse()
}
