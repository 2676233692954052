import type { Logger } from '#engines/telemetry/logger.ts'
import { createProblemLog, type Problem } from '#engines/telemetry/problem-log.ts'
import { BusError } from '#protocol/errors/bus-error.ts'
import { withTimeout } from '#protocol/timing/with-timeout.ts'
import type { Session } from '../connector.ts'
import { afterFailure, type Breaker, closedBreaker, isOpen } from './breaker.ts'
import { askedWaitMs, failureOf } from './failures.ts'
import type { Failure, Outside } from './hosted-instance.ts'
import { shownReason } from './shown-reason.ts'

export interface OutsideOptions {
  /** Name of the instance. */
  readonly name: string
  readonly connect: (signal: AbortSignal) => Promise<Session>
  readonly logger: Logger
  /** Milliseconds since the epoch, as others see them. */
  readonly now: () => number
  /** Milliseconds of a clock that is never set. */
  readonly steadyNow: () => number
  readonly connectTimeoutMs?: number
  readonly closeTimeoutMs?: number
  /** From 0 to 1. */
  readonly random?: () => number
}

/** What an operator sees of the connection. */
export interface OutsideFacts {
  /** When it was first reached; undefined if it never was. Milliseconds since the epoch. */
  readonly reachedAt: number | undefined
  /** It is not reached at the moment. */
  readonly failing: Problem | undefined
  /** It does not accept the credentials; tried again at `retryAt`, on the steady clock. */
  readonly credentials: (Problem & { readonly retryAt: number }) | undefined
}

export interface ObservedOutside extends Outside {
  facts(): OutsideFacts
  /** Gives up connecting; calls that run go on. To be called when the instance begins to stop. */
  stopConnecting(): void
  /** The next call is tried, whatever failed before, and even if the outside asked to wait: a person wants it. */
  tryNow(): void
}

/** A session and those who use it. One that is left is closed when nobody uses it any more. */
interface SharedSession {
  readonly session: Promise<Session>
  users: number
  isLeft: boolean
}

const credentialsRetryMs = 3_600_000

export function createOutside(options: OutsideOptions): ObservedOutside {
  const { name, connect, logger, now, steadyNow, random = Math.random } = options
  const { connectTimeoutMs = 30_000, closeTimeoutMs = 5000 } = options
  const closing = new AbortController()
  const connecting = new AbortController()
  const problems = createProblemLog(
    logger,
    {
      begins: 'outside system is not reached; see err; retried automatically',
      ends: 'outside system is reached again'
    },
    now,
    shownReason
  )
  /** Errors of connecting: many may wait for one connection, whose failure counts once. */
  const counted = new WeakSet<object>()
  let breaker: Breaker = closedBreaker
  let isProbing = false
  let held: SharedSession | undefined
  let reachedAt: number | undefined
  let credentials: OutsideFacts['credentials']

  const endOf = async (left: SharedSession): Promise<void> => {
    if (!left.isLeft || left.users > 0) return
    const session = await left.session.catch(() => undefined)
    if (!session) return
    const ended = new AbortController() // Closing goes on when the instance stops, but not for ever.
    await withTimeout(ended.signal, closeTimeoutMs, async () => session.close()).catch((error: unknown) =>
      logger.warn({ err: error }, 'closing the session failed; see err; it is left as it is')
    )
  }

  const leave = (one: SharedSession | undefined): Promise<void> => {
    if (!one || one.isLeft) return Promise.resolve()
    if (held === one) held = undefined
    one.isLeft = true
    return endOf(one)
  }

  const failed = (error: unknown, failure: Failure, isConnecting: boolean): void => {
    if (closing.signal.aborted || (isConnecting && connecting.signal.aborted)) return
    if (failure === 'credentials') {
      const reason = shownReason(error)
      credentials = { since: credentials?.since ?? now(), reason, retryAt: steadyNow() + credentialsRetryMs }
      return
    }
    if (failure !== 'unreachable' && !isConnecting) return reached()
    const asked = { askedMs: askedWaitMs(error), random: random() }
    breaker = afterFailure(breaker, { isConnecting, ...asked, now: steadyNow() })
    if (isOpen(breaker)) problems.report(error)
  }

  const reached = (): void => {
    breaker = closedBreaker
    credentials = undefined
    reachedAt ??= now()
    problems.end()
  }

  const opened = (): SharedSession => {
    if (held) return held
    const session = withTimeout(connecting.signal, connectTimeoutMs, connect).catch((error: unknown) => {
      const failure = failureOf(error)
      if (failure !== 'credentials') failed(error, failure, true)
      if (typeof error === 'object' && error !== null) counted.add(error)
      throw error
    })
    session.catch(() => void leave(mine))
    const mine: SharedSession = { session, users: 0, isLeft: false }
    held = mine
    return mine
  }

  const attempt = async <T>(work: (session: Session) => Promise<T>, mayReconnect: boolean): Promise<T> => {
    const mine = opened()
    mine.users += 1
    try {
      const result = await work(await mine.session)
      reached()
      return result
    } catch (error) {
      const failure = failureOf(error)
      if (failure === 'credentials' || failure === 'unreachable') void leave(mine)
      if (failure === 'credentials' && mayReconnect && !closing.signal.aborted)
        return await attempt(work, false)
      const isCounted = typeof error === 'object' && error !== null && counted.has(error)
      if (failure === 'credentials' || !isCounted) failed(error, failure, false)
      throw error
    } finally {
      mine.users -= 1
      void endOf(mine)
    }
  }

  return {
    async use(work) {
      closing.signal.throwIfAborted()
      const isProbe = isOpen(breaker)
      if (isProbe) {
        const waitMs = breaker.retryAt - steadyNow()
        if (isProbing || waitMs > 0) {
          throw new BusError('BUS_PEER_UNREACHABLE', 'breaker-open', {
            values: { connector: name },
            waitMs: Math.max(waitMs, 0)
          })
        }
        isProbing = true
      }
      try {
        return await attempt(work, true)
      } finally {
        if (isProbe) isProbing = false
      }
    },
    retryAt: () => (isOpen(breaker) ? breaker.retryAt : undefined),
    facts: () => ({ reachedAt, failing: problems.current(), credentials }),
    tryNow() {
      if (credentials) credentials = { ...credentials, retryAt: 0 }
      if (isOpen(breaker)) breaker = { ...breaker, retryAt: steadyNow() }
    },
    stopConnecting: () => connecting.abort(),
    async close() {
      connecting.abort()
      closing.abort()
      await leave(held)
    }
  }
}
