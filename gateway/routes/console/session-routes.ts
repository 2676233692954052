import type { FastifyPluginAsync, FastifyRequest } from 'fastify'
import Type, { type Static } from 'typebox'
import type { Control } from '#bus/control/control.ts'
import { actorOf } from '#bus/control/decide.ts'
import type { Freshness } from '#bus/control/follow-acts.ts'
import { authorize } from '#bus/policy/identity.ts'
import { BusError } from '#protocol/errors/bus-error.ts'
import { compileCheck } from '#protocol/events/json-schema.ts'
import { parseStrictJson } from '#protocol/events/strict-json.ts'
import { verifyLink } from '#protocol/trust/login-link.ts'
import { checkOrigin, type PersonCaller } from '../../plugins/person-authentication.ts'
import type { Cookies } from '../../sessions/cookies.ts'
import type { IdentityProvider } from '../../sessions/identity-provider.ts'
import type { Sessions } from '../../sessions/sessions.ts'
import type { UsedTokens } from '../../used-tokens.ts'
import { PersonSchema } from '../deliveries/delivery-shapes.ts'

export interface SessionRoutesOptions {
  readonly sessions: Sessions
  readonly cookies: Cookies
  readonly control: Pick<Control, 'state' | 'keyOf'>
  readonly freshness: Pick<Freshness, 'check'>
  readonly usedTokens: UsedTokens
  /** Undefined if people log in with links only. */
  readonly identityProvider: IdentityProvider | undefined
  readonly publicUrl: string
  readonly now: () => number
}

export const Body = Type.Object({ token: Type.String({ maxLength: 8192 }) }, { additionalProperties: false })

const checkBody = compileCheck<Static<typeof Body>>(
  Body,
  () => new BusError('BUS_SESSION_INVALID', 'link-refused')
)

const Instant = Type.String({ format: 'date-time' })
const Shown = Type.Object({
  person: PersonSchema,
  roles: Type.Array(Type.Union([Type.Literal('operator'), Type.Literal('auditor'), Type.Literal('reader')])),
  agency: Type.Optional(Type.String({ description: 'Of a reader: the agency whose data it sees.' })),
  csrf: Type.String({ description: 'To be sent with every change, as `x-csrf-token`.' }),
  idleUntil: Type.String({ format: 'date-time', description: 'When the session ends unless it is used.' }),
  until: Instant,
  acr: Type.Optional(
    Type.String({ description: 'How the person logged in, as the OpenID provider calls it.' })
  ),
  mayChange: Type.Boolean({
    description: 'Whether the person may act. The log-in may still have to be a stronger one.'
  })
})

const Ways = Type.Object({
  oidc: Type.Optional(Type.String({ description: 'Where a log-in at the OpenID provider begins.' }))
})

/** A used link is remembered for a day: it stays used when a clock is set back. */
const rememberSeconds = 86_400

/** `/console/session`: logs a person in by a link, says who is logged in, and logs out. */
export const sessionRoutes: FastifyPluginAsync<SessionRoutesOptions> = async (app, options) => {
  const { sessions, cookies, control, freshness, usedTokens, identityProvider, publicUrl, now } = options
  const tags = ['console']
  const security = [{ session: [] }]

  app.post(
    '/console/session',
    {
      config: { token: 'none', rights: 'open' },
      schema: {
        summary: 'Log in with the token of a link that `lienthong console` prints; it is good once',
        tags,
        response: { 204: Type.Null({ description: 'Logged in: the session is in a cookie.' }) }
      }
    },
    async (request, reply) => {
      freshness.check()
      checkOrigin(request, { publicUrl, isRead: false })
      const { token } = checkBody(parseStrictJson(request.body as Buffer))
      const at = now()
      const link = await verifyLink(token, {
        findKey: (system, kid) => control.keyOf(system, kid, at),
        audience: publicUrl,
        now: at / 1000
      })
      if (!link) throw new BusError('BUS_SESSION_INVALID', 'link-refused')
      const { system, kid, jti, exp, person } = link
      authorize(control, { system, kid }, at)
      // Operators must be able to log in on a full disk; others would use up what is kept for that.
      const { operator: usesReserve } = actorOf(control.state, system)
      await usedTokens
        .use({ iss: system, jti: `console ${jti}`, exp: exp + rememberSeconds }, { usesReserve })
        .catch(ofUsedLink)
      // The session of the cookie before is another person's, maybe: never continued, and not left behind.
      const before = await sessions.find(cookies.session.of(request.headers.cookie) ?? '', { isUse: false })
      if (before) await sessions.end(before.id)
      const secret = await sessions.begin({ person, login: { by: 'link', system, kid } }, { usesReserve })
      return reply.code(204).header('set-cookie', cookies.session.set(secret)).send()
    }
  )

  app.get(
    '/console/login',
    {
      config: { token: 'none', rights: 'open' },
      schema: { summary: 'How people can log in', tags, response: { 200: Ways } }
    },
    async () => (identityProvider ? { oidc: '/console/oidc/start' } : {})
  )

  app.get(
    '/console/session',
    {
      config: { token: 'session', rights: 'session' },
      schema: { summary: 'Who is logged in', tags, security, response: { 200: Shown } }
    },
    async (request) => show(personIn(request))
  )

  app.delete(
    '/console/session',
    {
      config: { token: 'session', rights: 'session' },
      schema: {
        summary: 'Log out',
        tags,
        security,
        response: {
          200: Type.Object({
            logout: Type.Optional(
              Type.String({ description: 'Where the browser also logs out of the OpenID provider.' })
            )
          })
        }
      }
    },
    async (request, reply) => {
      const { session } = personIn(request)
      await sessions.end(session.id)
      reply.header('set-cookie', cookies.session.remove())
      const logout = session.idToken && (await identityProvider?.logoutUrl(session.idToken))
      return logout ? { logout } : {}
    }
  )
}

function ofUsedLink(error: unknown): never {
  const isUsed = error instanceof BusError && error.fault === 'token-used'
  throw isUsed ? new BusError('BUS_SESSION_INVALID', 'link-used') : error
}

function personIn({ caller }: FastifyRequest): PersonCaller {
  if ('session' in caller) return caller
  throw new TypeError('only a session opens this route')
}

function show({ session, roles, agency, operator, seesAll }: PersonCaller): Static<typeof Shown> {
  const { person, csrf, idleUntil, until, login } = session
  return {
    person,
    roles: [...roles],
    ...(seesAll ? {} : { agency }),
    csrf,
    idleUntil: new Date(idleUntil).toISOString(),
    until: new Date(until).toISOString(),
    ...(login.by === 'oidc' && login.acr !== undefined ? { acr: login.acr } : {}),
    mayChange: operator
  }
}
