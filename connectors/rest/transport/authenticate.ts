import type { HttpClient } from '../../shared-formats/http/http-client.ts'
import { checkStatus } from '../../shared-formats/http/peer-errors.ts'
import { faults } from '../faults.ts'
import type { AuthSettings } from '../settings.ts'
import { readSecret } from './secrets.ts'

/** Gives the headers that authenticate a request. */
export type Authenticate = (signal: AbortSignal) => Promise<Readonly<Record<string, string>>>

/** Reads the secret once: another session reads it again. */
export async function createAuthenticate(auth: AuthSettings, client: HttpClient): Promise<Authenticate> {
  if (auth.kind === 'none') return async () => ({})
  const secret = await readSecret(auth, 'auth')
  if (auth.kind === 'oauth2') return tokensOf(auth, secret, client)
  const headers =
    auth.kind === 'apiKey' ? { [auth.header]: secret } : { authorization: basic(auth.user ?? '', secret) }
  return async () => headers
}

function basic(user: string, password: string): string {
  return `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`
}

interface Token {
  readonly text: string
  /** On the steady clock. */
  readonly until: number
}

/** A token is fetched again this long before it ends. */
const marginMs = 30_000
const usualSeconds = 300

/** Access tokens by client credentials (RFC 6749 4.4); requests that need one at the same time fetch it once. */
function tokensOf(auth: AuthSettings, secret: string, client: HttpClient): Authenticate {
  let token: Token | undefined
  let fetching: Promise<Token> | undefined
  return async (signal) => {
    if (token === undefined || performance.now() > token.until) {
      fetching ??= fetchToken(auth, secret, { client, signal }).finally(() => {
        fetching = undefined
      })
      token = await fetching
    }
    return { authorization: `Bearer ${token.text}` }
  }
}

async function fetchToken(
  { tokenUrl = '', user = '', scope, audience, secretIn }: AuthSettings,
  secret: string,
  { client, signal }: { readonly client: HttpClient; readonly signal: AbortSignal }
): Promise<Token> {
  const form = new URLSearchParams({
    grant_type: 'client_credentials',
    ...(scope === undefined ? {} : { scope }),
    ...(audience === undefined ? {} : { audience }),
    ...(secretIn === 'body' ? { client_id: user, client_secret: secret } : {})
  })
  const answer = await client.send(
    {
      method: 'POST',
      url: tokenUrl,
      headers: {
        'content-type': 'application/x-www-form-urlencoded',
        accept: 'application/json',
        ...(secretIn === 'header'
          ? { authorization: basic(encodeURIComponent(user), encodeURIComponent(secret)) }
          : {})
      },
      body: form.toString()
    },
    signal
  )
  const { host } = new URL(tokenUrl)
  // RFC 6749 5.2: a client that is not known is answered 400 or 401.
  const status = answer.status === 400 ? 401 : answer.status
  checkStatus({ ...answer, status }, host)
  return readToken(answer.body.toString(), host)
}

function readToken(text: string, host: string): Token {
  try {
    const { access_token: token, expires_in: seconds = usualSeconds } = JSON.parse(text)
    if (typeof token === 'string' && /^[\x21-\x7e]+$/.test(token) && Number.isFinite(Number(seconds))) {
      return { text: token, until: performance.now() + Math.max(Number(seconds) * 1000 - marginMs, 0) }
    }
  } catch {
    // Not JSON: told below.
  }
  throw faults.tokenUnreadable({ values: { host } })
}
