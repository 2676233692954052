import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { exportJWK, generateKeyPair } from 'jose'
import { interactionPolicy, Provider } from 'oidc-provider'
import type { Browser } from './browser.ts'

/** A person whom the provider knows, with the claims it gives. */
export type Account = Readonly<Record<string, unknown>>

export interface OpenIdProvider {
  readonly issuer: string
  readonly accounts: Map<string, Account>
  /** Fills in the log-in form that the browser is at, and goes on until the browser is back at `until`. */
  login(
    browser: Browser,
    url: string,
    as: { readonly account: string; readonly acr?: string }
  ): ReturnType<Browser['visit']>
}

export interface ProviderOptions {
  readonly redirectUri: string
  readonly logoutUri: string
}

/** How a person logs in: with an account, and by which class. */
const form = `<!doctype html><html lang="en"><title>Log in</title><form>
<label>Account <input name="account"></label> <label>Class <input name="acr"></label> <button>Log in</button></form>`

export const client = { id: 'lienthong', secret: 'a-secret-of-the-client' }

/**
 * A certified OpenID provider in this process, on a free port. It takes any log-in of an account it knows, and gives
 * claims of the scope `profile` in its answer for user info.
 */
export async function startOpenIdProvider(
  t: { after(fn: () => unknown): void },
  { redirectUri, logoutUri }: ProviderOptions
): Promise<OpenIdProvider> {
  const server = createServer()
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  t.after(() => {
    server.closeAllConnections()
    server.close()
  })
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const accounts = new Map<string, Account>()
  const { privateKey } = await generateKeyPair('RS256', { extractable: true })
  const provider = new Provider(issuer, {
    clients: [
      {
        client_id: client.id,
        client_secret: client.secret,
        grant_types: ['authorization_code', 'refresh_token'],
        redirect_uris: [redirectUri],
        post_logout_redirect_uris: [logoutUri]
      }
    ],
    jwks: { keys: [{ ...(await exportJWK(privateKey)), alg: 'RS256', use: 'sig', kid: 'one' } as never] },
    cookies: { keys: ['a-key-of-the-provider'] },
    acrValues: ['low', 'high'],
    claims: { openid: ['sub'], profile: ['name', 'roles', 'realm_access', 'agency'], acr: null },
    issueRefreshToken: () => true,
    features: { devInteractions: { enabled: false } },
    interactions: { url: (_, { uid }) => `/interaction/${uid}`, policy: stepUpPolicy() },
    ttl: { Session: 600, Interaction: 600, Grant: 600, IdToken: 600, AccessToken: 600 },
    findAccount: (_, sub) => {
      const claims = accounts.get(sub)
      return claims && { accountId: sub, claims: () => ({ sub, ...claims }) as never }
    },
    async loadExistingGrant({ oidc }) {
      const { session, client: asking, provider: own } = oidc
      const grant = new own.Grant({ clientId: asking?.clientId ?? '', accountId: session?.accountId ?? '' })
      grant.addOIDCScope('openid profile')
      await grant.save()
      return grant
    }
  })
  server.on('request', (request: IncomingMessage, response: ServerResponse) => {
    const { pathname, searchParams } = new URL(request.url ?? '/', issuer)
    if (!pathname.startsWith('/interaction/')) return void provider.callback()(request, response)
    const accountId = searchParams.get('account')
    if (accountId === null) {
      response.setHeader('content-type', 'text/html; charset=utf-8')
      return void response.end(form)
    }
    const acr = searchParams.get('acr') || null
    const result =
      accountId === ''
        ? { error: 'access_denied', error_description: '<b>cancelled</b>' }
        : { login: { accountId, ...(acr === null ? {} : { acr }) } }
    return void provider.interactionFinished(request, response, result, { mergeWithLastSubmission: false })
  })
  return {
    issuer,
    accounts,
    login(browser, url, as) {
      const form = new URL(url)
      for (const [name, value] of Object.entries(as)) form.searchParams.set(name, value)
      return browser.visit(form.href, { from: issuer, stopAt: redirectUri })
    }
  }
}

/** As Keycloak does: whoever is logged in with none of the classes asked for logs in again. */
function stepUpPolicy(): interactionPolicy.DefaultPolicy {
  const policy = interactionPolicy.base()
  const isWeak = new interactionPolicy.Check('acr', 'a stronger log-in is asked for', ({ oidc }) => {
    const wanted = String(oidc.params?.acr_values ?? '')
    return wanted !== '' && oidc.result === undefined && !wanted.split(' ').includes(oidc.session?.acr ?? '')
  })
  policy.get('login')?.checks.add(isWeak)
  return policy
}
