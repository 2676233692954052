import { BusError } from '#protocol/errors/bus-error.ts'
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
      // Several may wait for it: the one that came first does not end it for the others. The client limits its time.
      fetching ??= fetchToken(auth, secret, client).finally(() => {
        fetching = undefined
      })
      token = await unlessAborted(fetching, signal)
    }
    return { authorization: `Bearer ${token.text}` }
  }
}

async function unlessAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  const aborted = Promise.withResolvers<never>()
  const abort = (): void => aborted.reject(signal.reason)
  signal.addEventListener('abort', abort, { once: true })
  if (signal.aborted) abort()
  try {
    return await Promise.race([work, aborted.promise])
  } finally {
    signal.removeEventListener('abort', abort)
  }
}

async function fetchToken(auth: AuthSettings, secret: string, client: HttpClient): Promise<Token> {
  const { host } = new URL(auth.tokenUrl ?? '')
  try {
    return await askForToken(auth, secret, { client, host })
  } catch (error) {
    if (!(error instanceof BusError && error.code === 'BUS_PEER_UNREACHABLE')) throw error
    const cause = new TypeError('without a token nothing was sent to the API', { cause: error })
    // The host takes this code for what it means to the API: no connection, so that nothing is in doubt.
    const neverSent = Object.assign(cause, { code: 'UND_ERR_CONNECT_TIMEOUT' })
    throw faults.tokenUnreachable({ cause: neverSent, values: { host, problem: error.message } })
  }
}

async function askForToken(
  { tokenUrl = '', user = '', scope, audience, secretIn }: AuthSettings,
  secret: string,
  { client, host }: { readonly client: HttpClient; readonly host: string }
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
    new AbortController().signal
  )
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
