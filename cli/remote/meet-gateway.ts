import { problemOf } from '#client/gateway-error.ts'
import type { Language } from '#protocol/errors/faults.ts'
import { instantMs } from '#protocol/events/instant.ts'

/** What a gateway says of itself at `/.well-known/lienthong`, as far as `doctor` uses it. */
export interface About {
  readonly audience: string
  readonly time: string
  readonly token: { readonly lifetimeSeconds: number; readonly clockToleranceSeconds: number }
  readonly limits: {
    readonly bodyBytes: number
    readonly eventsPerRequest: number
    readonly attachmentBytes: number
    readonly inboxWaitSeconds: number
  }
}

/** What answers at an address where there should be a gateway. */
export type Met =
  | { readonly about: About; readonly clockAheadMs: number }
  | { readonly fault: MetFault; readonly values?: Readonly<Record<string, string | number>> }

export type MetFault =
  | 'refused'
  | 'host'
  | 'silent'
  | 'port'
  | 'network'
  | 'https'
  | 'http'
  | 'authority'
  | 'expired'
  | 'name'
  | 'certificate'
  | 'redirect'
  | 'login'
  | 'proxy'
  | 'management'
  | 'problem'
  | 'other'

const timeoutMs = 5000
/** Enough for what a gateway says of itself, little of what anybody else does. */
const maxBytes = 65_536

/** Asks an address whether it is a gateway. Sends no token: it may be anybody. */
export async function meetGateway(gateway: string, language: Language): Promise<Met> {
  const askedAt = Date.now()
  try {
    const response = await ask(`${gateway}/.well-known/lienthong`, language)
    const text = await startOf(response)
    const about = response.status === 200 ? aboutIn(text) : undefined
    if (!about) return await stranger(gateway, response, text)
    const halfway = (askedAt + Date.now()) / 2
    return { about, clockAheadMs: Math.round(halfway - instantMs(about.time)) }
  } catch (error) {
    return unanswered(gateway, error)
  }
}

function ask(url: string, language: Language = 'en'): Promise<Response> {
  const headers = { 'accept-language': language }
  return fetch(url, { headers, redirect: 'manual', signal: AbortSignal.timeout(timeoutMs) })
}

async function startOf(response: Response): Promise<string> {
  const decoder = new TextDecoder()
  let text = ''
  for await (const bytes of response.body ?? []) {
    text += decoder.decode(bytes, { stream: true })
    if (text.length > maxBytes) break
  }
  return text
}

function aboutIn(text: string): About | undefined {
  try {
    const { audience, time, token, limits } = JSON.parse(text) as About
    const numbers = [
      ...[token.lifetimeSeconds, token.clockToleranceSeconds, limits.bodyBytes],
      ...[limits.eventsPerRequest, limits.attachmentBytes, limits.inboxWaitSeconds]
    ]
    const isComplete = typeof audience === 'string' && !Number.isNaN(instantMs(time))
    return isComplete && numbers.every(Number.isFinite) ? { audience, time, token, limits } : undefined
  } catch {
    return undefined
  }
}

/** What answered, where it is not a gateway's answer. */
async function stranger(gateway: string, response: Response, text: string): Promise<Met> {
  const { status, headers } = response
  const location = headers.get('location')
  if (status >= 300 && status < 400 && location !== null) {
    const to = URL.parse(location, gateway)
    const from = new URL(gateway)
    const isSameHost = to?.protocol === 'https:' && from.protocol === 'http:' && to.hostname === from.hostname
    return isSameHost ? { fault: 'https' } : { fault: 'redirect', values: { location } }
  }
  const isProblem = headers.get('content-type')?.startsWith('application/problem+json')
  const problem = isProblem ? problemOf(text) : undefined
  if (problem?.code === 'BUS_NOT_FOUND' && (await isManagement(gateway))) return { fault: 'management' }
  if (problem) return { fault: 'problem', values: { code: problem.code, detail: problem.detail } }
  if (/plain HTTP request was sent to HTTPS port/i.test(text)) return { fault: 'https' }
  if ([401, 403, 407, 511].includes(status)) return { fault: 'login', values: { status } }
  if ([502, 503, 504].includes(status)) return { fault: 'proxy', values: { status } }
  const type = headers.get('content-type')?.split(';')[0] ?? '-'
  return { fault: 'other', values: { status, type } }
}

async function isManagement(gateway: string): Promise<boolean> {
  const answer = await ask(`${gateway}/livez`)
  return answer.status === 200 && (await startOf(answer)).includes('"version"')
}

/** Codes of failed connections, of Node, OpenSSL and undici. */
const faultOfCode: readonly (readonly [RegExp, MetFault])[] = [
  [/^ECONNREFUSED$/, 'refused'],
  [/^(?:ENOTFOUND|EAI_AGAIN)$/, 'host'],
  [/^(?:ETIMEDOUT|UND_ERR_\w*TIMEOUT)$/, 'silent'],
  [/^(?:ERR_SSL_WRONG_VERSION_NUMBER|ERR_SSL_PACKET_LENGTH_TOO_LONG|EPROTO)$/, 'http'],
  [/SELF_SIGNED|UNABLE_TO_(?:VERIFY|GET_ISSUER)/, 'authority'],
  [/^CERT_(?:HAS_EXPIRED|NOT_YET_VALID)$/, 'expired'],
  [/^ERR_TLS_CERT_ALTNAME_INVALID$/, 'name'],
  [/^(?:CERT_|ERR_TLS_|ERR_SSL_)/, 'certificate']
]

async function unanswered(gateway: string, error: unknown): Promise<Met> {
  if (error instanceof DOMException && error.name === 'TimeoutError') return { fault: 'silent' }
  const { cause = error } = error as { readonly cause?: unknown }
  const { code = '', message = String(cause) } = cause as {
    readonly code?: string
    readonly message?: string
  }
  const known = faultOfCode.find(([pattern]) => pattern.test(code))?.[1]
  if (known) return { fault: known, values: { code } }
  if (message === 'bad port') return { fault: 'port' }
  // A server that expects TLS ends a connection that begins otherwise.
  if (gateway.startsWith('http:') && (await speaksTls(gateway))) return { fault: 'https' }
  return { fault: 'network', values: { problem: code === '' ? message : `${code} ${message}` } }
}

async function speaksTls(gateway: string): Promise<boolean> {
  const answer = await ask(gateway.replace('http:', 'https:')).catch((error: unknown) => error)
  if (answer instanceof Response) return true
  const { code = '' } = ((answer as { readonly cause?: unknown }).cause ?? {}) as { readonly code?: string }
  const fault = faultOfCode.find(([pattern]) => pattern.test(code))?.[1]
  return fault !== undefined && ['authority', 'expired', 'name', 'certificate'].includes(fault)
}
