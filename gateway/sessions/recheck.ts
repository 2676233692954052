import type { Logger } from '#engines/telemetry/logger.ts'
import { BusError } from '#protocol/errors/bus-error.ts'
import type { IdentityProvider } from './identity-provider.ts'
import type { Session, Sessions } from './sessions.ts'

export interface RecheckOptions {
  readonly sessions: Sessions
  readonly identityProvider: IdentityProvider | undefined
  readonly logger: Logger
  readonly now: () => number
}

/**
 * From time to time asks the OpenID provider whether a person still has the roles of the log-in; the request that
 * finds it due waits for the answer. Throws `BUS_SESSION_INVALID` if the provider has ended the log-in. While the
 * provider cannot be reached, the session goes on.
 */
export function createRecheck(options: RecheckOptions): (session: Session) => Promise<Session> {
  const { sessions, identityProvider, logger, now } = options
  return async (session) => {
    const { refreshToken, login, checkedAt } = session
    if (!identityProvider || login.by !== 'oidc' || refreshToken === undefined) return session
    if (now() - checkedAt < identityProvider.config.recheckMinutes * 60_000) return session
    if (!(await sessions.beginCheck(session))) return session // Another request asks.
    try {
      const renewed = await identityProvider.renew(login.subject, refreshToken)
      await sessions.renew(session, renewed)
      return { ...session, ...renewed }
    } catch (error) {
      if (!(error instanceof BusError) || error.code !== 'BUS_LOGIN_REFUSED') {
        logger.warn(
          { err: error, person: session.person.id },
          'the roles of a person could not be asked for again'
        )
        return session
      }
      await sessions.end(session.id)
      throw new BusError('BUS_SESSION_INVALID', 'session-revoked', { cause: error })
    }
  }
}
