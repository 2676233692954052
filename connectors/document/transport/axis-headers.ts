import { createHmac, timingSafeEqual } from 'node:crypto'
import { instantMs } from '#protocol/events/instant.ts'

/** Every header of the axis begins with it. */
const prefix = 'XroadVnpt-'

/** What a request may name as signed: names of headers, and no more of them than any client has. */
const namePattern = /^[\w-]{1,64}$/
const maxNames = 64

/** Who speaks on the axis: an integration centre or a document system, and the secret that it shares with the axis. */
export interface AxisAccount {
  readonly systemId: string
  readonly secret: string
}

/**
 * The headers of a request, signed: HMAC-SHA256 over the JSON text of all of them. `sign-header-key` names them and
 * `sign-header` repeats the text, as the clients of the axis do.
 */
export function signedHeaders(
  values: Readonly<Record<string, string>>,
  { systemId, secret }: AxisAccount,
  now: number
): Record<string, string> {
  const all = { timestamp: axisTimestamp(now), systemid: systemId, ...values }
  const entries = Object.entries(all).map(([name, value]) => [prefix + name, value] as const)
  const text = JSON.stringify(Object.fromEntries(entries))
  return {
    ...Object.fromEntries(entries),
    [`${prefix}sign-header-key`]: Object.keys(all).join(';'),
    [`${prefix}sign-header`]: text,
    [`${prefix}hash-header`]: hmacOf(text, secret),
    [`${prefix}version`]: '3.0.201608'
  }
}

/** The signed headers of a request by name, in lower case without the prefix; undefined if the signature is wrong. */
export function verifiedHeaders(
  headers: Headers,
  { systemId, secret }: AxisAccount
): ReadonlyMap<string, string> | undefined {
  const get = (name: string): string | undefined => headers.get(prefix + name) ?? undefined
  const names = (get('sign-header-key') ?? '').split(';').filter(Boolean)
  if (names.length > maxNames || !names.every((name) => namePattern.test(name))) return undefined
  const values = new Map(names.map((name) => [name.toLowerCase(), get(name) ?? '']))
  const rebuilt = JSON.stringify(Object.fromEntries(names.map((name) => [prefix + name, get(name) ?? ''])))
  const text = get('sign-header') ?? rebuilt
  const isRight = isSame(get('hash-header')?.toLowerCase() ?? '', hmacOf(text, secret))
  if (!isRight || values.get('systemid') !== systemId) return undefined
  return text === rebuilt || saysTheSame(text, rebuilt) ? values : undefined
}

/** Whether two JSON texts name the same headers with the same values: some clients write JSON in another way. */
function saysTheSame(given: string, rebuilt: string): boolean {
  try {
    const value: unknown = JSON.parse(given)
    if (typeof value !== 'object' || value === null) return false
    return JSON.stringify(Object.fromEntries(Object.entries(value))) === rebuilt
  } catch {
    return false
  }
}

function hmacOf(text: string, secret: string): string {
  return createHmac('sha256', secret).update(text).digest('hex')
}

/** In a time that says nothing about where they differ. */
function isSame(got: string, expected: string): boolean {
  const [a, b] = [Buffer.from(got), Buffer.from(expected)]
  return a.length === b.length && timingSafeEqual(a, b)
}

const zoneMs = 7 * 3_600_000

/** `ddMMyyyy'T'HHmmss+SSSS`: the time in Việt Nam; the last four digits are milliseconds, not a zone. */
export function axisTimestamp(at: number): string {
  const [date = '', time = ''] = new Date(at + zoneMs).toISOString().split('T')
  const [clock = '', ms = ''] = time.slice(0, -1).split('.')
  return `${date.split('-').reverse().join('')}T${clock.replaceAll(':', '')}+0${ms}`
}

/** Milliseconds since the epoch; undefined for what is no such time. */
export function readAxisTimestamp(text: string): number | undefined {
  const parts = /^(\d\d)(\d\d)(\d{4})T(\d\d)(\d\d)(\d\d)\+(\d{4})$/.exec(text)
  if (!parts) return undefined
  const [, day, month, year, hour, minute, second, ms = ''] = parts
  const at = instantMs(`${year}-${month}-${day}T${hour}:${minute}:${second}.${ms.slice(1)}+07:00`)
  return Number.isNaN(at) || axisTimestamp(at).slice(0, 15) !== text.slice(0, 15) ? undefined : at
}

/**
 * SHA-256 in the form in which the clients of the axis write it: a byte below 16 has one digit. All axes accept
 * this form, since the official client writes no other.
 */
export function axisHash(digest: Buffer): string {
  return [...digest].map((byte) => byte.toString(16)).join('')
}

/** Whether a `hash-file` names this digest, in either form. */
export function isHashOf(given: string, digest: Buffer): boolean {
  const text = given.toLowerCase()
  return text === digest.toString('hex') || text === axisHash(digest)
}
