import { timingSafeEqual } from 'node:crypto'
import type { FastifyRequest } from 'fastify'
import type { Control } from '#bus/control/control.ts'
import type { Logger } from '#engines/telemetry/logger.ts'
import { BusError } from '#protocol/errors/bus-error.ts'
import type { Cookies } from '../sessions/cookies.ts'
import { type Grant, grantOf } from '../sessions/grants.ts'
import type { IdentityProvider } from '../sessions/identity-provider.ts'
import { createRecheck } from '../sessions/recheck.ts'
import type { Session, Sessions } from '../sessions/sessions.ts'

/** A person who sent a request in a session of the console. */
export interface PersonCaller extends Grant {
  readonly session: Session
  /** Throws if the person may do nothing any more, by what is known of the session here; see `lookAgain`. */
  readonly authorize: (at: number) => void
  /** Throws if the session has ended since, or the provider has withdrawn the role. Does not count as use. */
  readonly lookAgain: () => Promise<void>
}

export interface PersonAuthenticationOptions {
  readonly sessions: Sessions
  readonly cookies: Cookies
  readonly control: Control
  readonly identityProvider: IdentityProvider | undefined
  readonly publicUrl: string
  readonly logger: Logger
  readonly now: () => number
}

/** Finds the person of a request by its cookie; undefined if it has none. */
export type AuthenticatePerson = (request: FastifyRequest) => Promise<PersonCaller | undefined>

/**
 * A browser sends cookies with whatever page asks it to. So a request counts only if it comes from a page of
 * this gateway, and a change only with the session's CSRF token too.
 */
export function createPersonAuthentication(options: PersonAuthenticationOptions): AuthenticatePerson {
  const { sessions, cookies, identityProvider, now } = options
  const oidc = identityProvider?.config
  const recheck = createRecheck(options)

  const authorized = (session: Session, at: number): Grant => {
    const grant = grantOf(session, { ...options, oidc }, at)
    if (!grant) throw new BusError('BUS_SESSION_INVALID', 'session-revoked')
    return grant
  }

  const found = async (secret: string, use: { readonly isUse: boolean }): Promise<Session> => {
    const session = await sessions.find(secret, use)
    if (!session) throw new BusError('BUS_SESSION_INVALID', 'session-ended')
    return session
  }

  return async (request) => {
    const secret = cookies.session.of(request.headers.cookie)
    if (secret === undefined) return undefined
    const isRead = request.method === 'GET' || request.method === 'HEAD'
    checkOrigin(request, { ...options, isRead })
    const known = await found(secret, { isUse: true })
    if (!isRead) checkCsrf(request, known)
    let session = await recheck(known)
    return {
      ...authorized(session, now()),
      session,
      authorize: (at) => void authorized(session, at),
      async lookAgain() {
        session = await recheck(await found(secret, { isUse: false }))
        authorized(session, now())
      }
    }
  }
}

/** Throws unless the request comes from a page of the gateway. A change must name it; a person may enter the address of a read. */
export function checkOrigin(
  { headers }: Pick<FastifyRequest, 'headers'>,
  { publicUrl, isRead }: { readonly publicUrl: string; readonly isRead: boolean }
): void {
  const { origin, 'sec-fetch-site': site = 'same-origin' } = headers
  const { origin: own } = new URL(publicUrl)
  const isOwn = origin === own || (isRead && origin === undefined)
  if (isOwn && (site === 'same-origin' || (isRead && site === 'none'))) return
  throw new BusError('BUS_NOT_PERMITTED', 'page-of-other-origin', { values: { publicUrl: own } })
}

function checkCsrf({ headers }: FastifyRequest, { csrf }: Session): void {
  const sent = Buffer.from(String(headers['x-csrf-token'] ?? ''))
  const own = Buffer.from(csrf)
  if (sent.length === own.length && timingSafeEqual(sent, own)) return
  throw new BusError('BUS_NOT_PERMITTED', 'csrf-token-wrong')
}

/** Throws unless a person may send such a request, and, for a change, logged in as strongly as the settings demand. */
export function checkPersonUse(
  { roles, session: { login } }: PersonCaller,
  { opens, isChange, acrForChanges }: { opens: boolean; isChange: boolean; acrForChanges: readonly string[] }
): void {
  if (!opens) throw new BusError('BUS_NOT_PERMITTED', 'not-in-a-session')
  if (!isChange) return
  if (!roles.includes('operator')) throw new BusError('BUS_NOT_PERMITTED', 'person-may-only-read')
  if (login.by === 'link' || acrForChanges.length === 0) return
  if (login.acr !== undefined && acrForChanges.includes(login.acr)) return
  throw new BusError('BUS_STEP_UP_REQUIRED', 'step-up-required', {
    values: { acr: acrForChanges.join(', ') }
  })
}
