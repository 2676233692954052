import { createHash, randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import * as oidc from 'openid-client'
import { Agent, fetch } from 'undici'
import type { Logger } from '#engines/telemetry/logger.ts'
import { BusError } from '#protocol/errors/bus-error.ts'
import { personOf } from '#protocol/trust/person.ts'
import { type Claims, roleClaimsOf } from './claims.ts'
import type { OidcConfig } from './console-config.ts'
import { loginSeconds } from './cookies.ts'
import type { NewSession, Renewed } from './sessions.ts'

/** What a log-in begins with. */
export interface LoginStart {
  /** Where the browser goes on after it: a path of the console. */
  readonly returnTo: string
  /** It must be strong enough for changes. */
  readonly isStepUp: boolean
}

/** The OpenID provider that people log in at. */
export interface IdentityProvider {
  readonly config: OidcConfig
  /** The provider's address for a log-in, and the value of the cookie that it must end with. Throws `BUS_PEER_UNREACHABLE`. */
  start(start: LoginStart): Promise<{ readonly url: string; readonly cookie: string }>
  /** Checks where the provider sent the browser back to. Throws `BUS_LOGIN_REFUSED`, or `BUS_PEER_UNREACHABLE`. */
  finish(
    url: URL,
    cookie: string | undefined
  ): Promise<{ readonly session: NewSession; readonly returnTo: string }>
  /** Asks for the claims of a person again. Throws `BUS_LOGIN_REFUSED` if the provider has ended the log-in, or `BUS_PEER_UNREACHABLE`. */
  renew(subject: string, refreshToken: string): Promise<Renewed>
  /** Where the browser logs out at the provider; undefined if that is not offered, or cannot be reached. */
  logoutUrl(idToken: string): Promise<string | undefined>
}

export interface IdentityProviderOptions {
  readonly config: OidcConfig
  readonly publicUrl: string
  readonly logger: Logger
  readonly now: () => number
}

const timeoutSeconds = 10
const loopback = /^http:\/\/(?:127\.0\.0\.1|\[::1\]|localhost)(?::|\/|$)/

/** Code flow with PKCE, state and nonce. The provider is asked for its metadata when the first person logs in. */
export function createIdentityProvider(options: IdentityProviderOptions): IdentityProvider {
  const { config, publicUrl, logger, now } = options
  const { issuer, acrForChanges } = config
  const redirectUri = `${publicUrl}/console/oidc/return`
  // Read now: a file that is missing keeps the bus from starting, not the first person from logging in.
  const files = { secret: textOf(config.clientSecretFile)?.trim(), ca: textOf(config.caFile) }
  let discovered: Promise<oidc.Configuration> | undefined

  const away = (cause: unknown): BusError =>
    new BusError('BUS_PEER_UNREACHABLE', 'login-provider-away', { cause, values: { issuer } })

  const client = (): Promise<oidc.Configuration> => {
    discovered ??= discover(config, files).catch((cause: unknown) => {
      discovered = undefined
      logger.warn(
        { err: cause, issuer },
        'the OpenID provider of console.oidc cannot be reached; nobody can log in'
      )
      throw away(cause)
    })
    return discovered
  }

  const refused = (error: unknown): BusError => {
    if (isAway(error)) return away(error)
    const { code = '', message = '' } = error as { code?: string; message?: string }
    logger.warn({ issuer, code, problem: message }, 'an answer of the OpenID provider was not accepted')
    const said = error instanceof oidc.AuthorizationResponseError ? error.error : ''
    return /^[a-z_]{1,64}$/.test(said)
      ? new BusError('BUS_LOGIN_REFUSED', 'login-provider-refused', { cause: error, values: { error: said } })
      : new BusError('BUS_LOGIN_REFUSED', 'login-not-valid', {
          cause: error,
          values: { issuer, problem: message }
        })
  }

  return {
    config,

    async start({ returnTo, isStepUp: isAsked }) {
      const known = await client()
      const isStepUp = isAsked && acrForChanges.length > 0
      const begun = [
        randomBytes(32).toString('base64url'),
        Math.floor(now() / 1000),
        isStepUp ? 1 : 0,
        Buffer.from(returnTo).toString('base64url')
      ]
      const cookie = begun.join('.')
      const { state, nonce, verifier } = secretsOf(cookie)
      const url = oidc.buildAuthorizationUrl(known, {
        ...{ redirect_uri: redirectUri, scope: config.scope, state, nonce },
        ...{ code_challenge: await oidc.calculatePKCECodeChallenge(verifier), code_challenge_method: 'S256' },
        ...(isStepUp ? { acr_values: acrForChanges.join(' ') } : {})
      })
      return { url: url.href, cookie }
    },

    async finish(url, cookie = '') {
      const begun = begunOf(cookie, now())
      const { state, nonce, verifier } = secretsOf(cookie)
      if (!begun || url.searchParams.get('state') !== state) {
        throw new BusError('BUS_LOGIN_REFUSED', 'login-not-begun-here')
      }
      const known = await client()
      const checks = { expectedState: state, expectedNonce: nonce, pkceCodeVerifier: verifier }
      const tokens = await oidc
        .authorizationCodeGrant(known, url, checks)
        .catch((error: unknown) => Promise.reject(refused(error)))
      const idToken = tokens.claims()
      if (!idToken) throw new TypeError('a log-in with a nonce has an ID token')
      const { sub: subject } = idToken
      const claims = await allClaims(known, subject, tokens)
      const acr = typeof idToken.acr === 'string' ? idToken.acr : undefined
      if (begun.isStepUp && !acrForChanges.includes(acr ?? '')) {
        const values = { acr: acr ?? '–', wanted: acrForChanges.join(', ') }
        throw new BusError('BUS_LOGIN_REFUSED', 'login-too-weak', { values })
      }
      const person = personOf(subject, claims[config.nameClaim])
      if (!person) throw refused(new TypeError('sub is empty'))
      return {
        session: {
          person,
          login: { by: 'oidc', issuer, subject, ...(acr === undefined ? {} : { acr }) },
          claims: roleClaimsOf(claims, config),
          ...(tokens.id_token === undefined ? {} : { idToken: tokens.id_token }),
          ...refreshTokenOf(tokens)
        },
        returnTo: begun.returnTo
      }
    },

    async renew(subject, refreshToken) {
      const known = await client()
      const tokens = await oidc
        .refreshTokenGrant(known, refreshToken)
        .catch((error: unknown) => Promise.reject(refused(error)))
      const claims = await allClaims(known, subject, tokens)
      return { claims: roleClaimsOf(claims, config), ...refreshTokenOf(tokens) }
    },

    async logoutUrl(idToken) {
      const known = await client().catch(() => undefined)
      if (known?.serverMetadata().end_session_endpoint === undefined) return undefined
      return oidc.buildEndSessionUrl(known, {
        post_logout_redirect_uri: `${publicUrl}/console/`,
        id_token_hint: idToken
      }).href
    }
  }

  /** Some providers give roles only in the answer for user info, and no new ID token for a refresh token. */
  async function allClaims(known: oidc.Configuration, subject: string, tokens: Tokens): Promise<Claims> {
    const idToken = tokens.claims() ?? { sub: subject }
    if (idToken.sub !== subject) throw refused(new TypeError('sub is another'))
    const { roles } = roleClaimsOf(idToken, config)
    if (roles.length > 0 || known.serverMetadata().userinfo_endpoint === undefined) return idToken
    const more = await oidc
      .fetchUserInfo(known, tokens.access_token, subject)
      .catch((error: unknown) => Promise.reject(refused(error)))
    return { ...more, ...idToken }
  }
}

type Tokens = Awaited<ReturnType<typeof oidc.refreshTokenGrant>>

function refreshTokenOf({ refresh_token: refreshToken }: Tokens): { readonly refreshToken?: string } {
  return refreshToken === undefined ? {} : { refreshToken }
}

function textOf(file: string | undefined): string | undefined {
  return file === undefined ? undefined : readFileSync(file, 'utf8')
}

async function discover(
  { issuer, clientId }: OidcConfig,
  { secret, ca }: { readonly secret: string | undefined; readonly ca: string | undefined }
): Promise<oidc.Configuration> {
  const authentication = secret === undefined ? oidc.None() : oidc.ClientSecretBasic(secret)
  const dispatcher = ca === undefined ? undefined : new Agent({ connect: { ca } })
  return oidc.discovery(new URL(issuer), clientId, {}, authentication, {
    timeout: timeoutSeconds,
    execute: [
      // Without it the signature of an ID token is not checked where it comes from the token endpoint.
      oidc.enableNonRepudiationChecks,
      ...(loopback.test(issuer) ? [oidc.allowInsecureRequests] : [])
    ],
    ...(dispatcher
      ? { [oidc.customFetch]: ((url: string, init: object) => fetch(url, { ...init, dispatcher })) as never }
      : {})
  })
}

/** No answer came, or one of a server that has failed. */
function isAway(error: unknown): boolean {
  const { code, message, cause } = error as { code?: string; message?: string; cause?: unknown }
  if (code === 'OAUTH_TIMEOUT' || message === 'fetch failed') return true
  return cause instanceof Response && cause.status >= 500
}

/** Everything that a log-in needs to know of its beginning follows from the cookie, so that nothing is stored for strangers. */
function secretsOf(cookie: string): {
  readonly state: string
  readonly nonce: string
  readonly verifier: string
} {
  const secret = (use: string): string => createHash('sha256').update(`${use} ${cookie}`).digest('base64url')
  return { state: secret('state'), nonce: secret('nonce'), verifier: secret('verifier') }
}

function begunOf(cookie: string, now: number): LoginStart | undefined {
  const [, at = '', stepUp = '', path = ''] =
    /^[A-Za-z0-9_-]{43}\.(\d{1,12})\.([01])\.([A-Za-z0-9_-]+)$/.exec(cookie) ?? []
  const seconds = now / 1000 - Number(at)
  if (at === '' || seconds < -1 || seconds > loginSeconds) return undefined
  return { returnTo: Buffer.from(path, 'base64url').toString(), isStepUp: stepUp === '1' }
}
