import type { FastifyPluginAsync, FastifyReply, FastifyRequest } from 'fastify'
import Type, { type Static } from 'typebox'
import type { Control } from '#bus/control/control.ts'
import type { Freshness } from '#bus/control/follow-acts.ts'
import { BusError } from '#protocol/errors/bus-error.ts'
import { languageOf, toProblem } from '#protocol/errors/problem.ts'
import { logInternal, ofFastify, sendProblem } from '../../plugins/problem-replies.ts'
import { belowPublicPath, publicPathOf } from '../../public-path.ts'
import type { Cookies } from '../../sessions/cookies.ts'
import { grantOf } from '../../sessions/grants.ts'
import type { IdentityProvider } from '../../sessions/identity-provider.ts'
import type { Sessions } from '../../sessions/sessions.ts'

export interface OidcRoutesOptions {
  readonly identityProvider: IdentityProvider
  readonly sessions: Sessions
  readonly cookies: Cookies
  readonly control: Pick<Control, 'state' | 'keyOf'>
  readonly freshness: Pick<Freshness, 'check'>
  readonly publicUrl: string
  readonly now: () => number
}

const Start = Type.Object(
  {
    return: Type.Optional(
      Type.String({ maxLength: 2000, description: 'The page of the console to go on at. Default: /console/' })
    ),
    stepUp: Type.Optional(
      Type.Literal('1', { description: 'Log in strongly enough for changes, after BUS_STEP_UP_REQUIRED.' })
    )
  },
  { additionalProperties: false }
)

/** `/console/oidc/start` and `/console/oidc/return`: a browser's way to the OpenID provider and back. */
export const oidcRoutes: FastifyPluginAsync<OidcRoutesOptions> = async (app, options) => {
  const { identityProvider, sessions, cookies, control, freshness, publicUrl, now } = options
  const { config: oidc } = identityProvider
  const tags = ['console']
  const config = { token: 'none' as const, rights: 'open' as const }
  app.setErrorHandler(sendToBrowser)

  app.get<{ Querystring: Static<typeof Start> }>(
    '/console/oidc/start',
    {
      config,
      schema: {
        summary: 'Log in at the OpenID provider: redirects there',
        tags,
        querystring: Start,
        response: { 303: Type.Null({ description: 'To the provider.' }) }
      }
    },
    async ({ query }, reply) => {
      const returnTo = pageOf(query.return ?? `${publicUrl}/console/`, publicUrl)
      const { url, cookie } = await identityProvider.start({ returnTo, isStepUp: query.stepUp === '1' })
      return goTo(reply.header('set-cookie', cookies.login.set(cookie)), url)
    }
  )

  app.get(
    '/console/oidc/return',
    {
      config,
      schema: {
        summary: 'Where the OpenID provider sends the browser back to',
        tags,
        response: { 303: Type.Null({ description: 'To the page of the console, logged in.' }) }
      }
    },
    async (request, reply) => {
      freshness.check()
      reply.header('set-cookie', cookies.login.remove()) // A log-in ends once, however it ends.
      const url = new URL(publicUrl + request.url)
      const { session, returnTo } = await identityProvider.finish(
        url,
        cookies.login.of(request.headers.cookie)
      )
      const grant = grantOf(session, { control, oidc }, now())
      if (!grant) {
        throw new BusError('BUS_LOGIN_REFUSED', 'login-without-role', { values: { claim: oidc.roleClaim } })
      }
      const secret = await sessions.begin(session, { usesReserve: grant.operator })
      return goTo(reply.header('set-cookie', cookies.session.set(secret)), pageOf(returnTo, publicUrl))
    }
  )
}

/** The code in the address is for nobody else. */
function goTo(reply: FastifyReply, address: string): FastifyReply {
  return reply
    .header('cache-control', 'no-store')
    .header('referrer-policy', 'no-referrer')
    .redirect(address, 303)
}

/** A page of the console, as path below the public URL, query and fragment. Throws `BUS_QUERY_INVALID` for any other address. */
function pageOf(address: string, publicUrl: string): string {
  const url = URL.canParse(address, publicUrl) ? new URL(address, publicUrl) : undefined
  const path = url && belowPublicPath(url.pathname, publicPathOf(publicUrl))
  if (path === undefined || url?.origin !== new URL(publicUrl).origin || !/^\/console(?:\/|$)/.test(path)) {
    throw new BusError('BUS_QUERY_INVALID', 'query-invalid', {
      values: {
        name: 'return',
        problem: 'must be a path of the console, such as /console/connectors',
        problemVi: 'phải là đường dẫn của bảng điều khiển, như /console/connectors'
      }
    })
  }
  return path + url.search + url.hash
}

const escapes: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' }
const escaped = (text: string): string => text.replace(/[&<>"]/g, (one) => escapes[one] ?? '')

/** A person who is sent here by a browser reads a page; a program gets the problem itself. */
function sendToBrowser(error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const known = ofFastify(error)
  logInternal(request, known)
  if (!request.headers.accept?.includes('text/html')) return sendProblem(request, reply, known)
  request.refusedFor = [known]
  const { traceId } = request
  const language = languageOf(request.headers['accept-language'])
  const { title, detail, status, code } = toProblem(known, { language })
  const again = language === 'vi' ? 'Quay lại bảng điều khiển' : 'Back to the console'
  return reply
    .code(status)
    .header('content-type', 'text/html; charset=utf-8')
    .header('content-security-policy', "default-src 'none'; frame-ancestors 'none'; base-uri 'none'")
    .send(
      `<!doctype html><html lang="${language}"><meta charset="utf-8"><title>${escaped(title)}</title>` +
        `<h1>${escaped(title)}</h1><p>${escaped(detail)}</p><p>${code} · ${traceId}</p>` +
        `<p><a href="../">${again}</a></p></html>`
    )
}
