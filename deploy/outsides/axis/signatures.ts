import { createHash, createHmac } from 'node:crypto'
import type { IncomingHttpHeaders } from 'node:http'

/** The prefix of all headers of the axis, as Node gives them. */
const prefix = 'xroadvnpt-'

export interface Account {
  readonly systemId: string
  readonly secret: string
}

/** The account that signed a request, and the headers that it signed. */
export interface Caller {
  readonly account: Account
  header(name: string): string
}

/** Undefined if no account signed the request, or if it was long ago. */
export function callerOf(
  headers: IncomingHttpHeaders,
  accounts: readonly Account[],
  maxAgeMs: number
): Caller | undefined {
  const read = (name: string): string => String(headers[prefix + name.toLowerCase()] ?? '')
  const account = accounts.find(({ systemId }) => systemId === read('systemid'))
  if (!account) return undefined
  const signed = read('sign-header-key').split(';')
  const text = read('sign-header')
  const expected = createHmac('sha256', account.secret).update(text, 'utf8').digest('hex')
  if (read('hash-header') !== expected) return undefined
  const members = JSON.parse(text) as Readonly<Record<string, string>>
  for (const name of signed) if (members[`XroadVnpt-${name}`] !== read(name)) return undefined
  if (!signed.includes('systemid') || !isRecent(read('timestamp'), maxAgeMs)) return undefined
  const names = new Set(signed.map((name) => name.toLowerCase()))
  return { account, header: (name) => (names.has(name.toLowerCase()) ? read(name) : '') }
}

/** `ddMMyyyy'T'HHmmss+SSSS`, the time in Việt Nam with milliseconds. */
function isRecent(timestamp: string, maxAgeMs: number): boolean {
  const [, day, month, year, hour, minute, second] =
    /^(..)(..)(....)T(..)(..)(..)\+\d{4}$/.exec(timestamp) ?? []
  const at = Date.UTC(
    Number(year),
    Number(month) - 1,
    Number(day),
    Number(hour) - 7,
    Number(minute),
    Number(second)
  )
  return Math.abs(Date.now() - at) <= maxAgeMs
}

/** The official client writes each byte of a hash without a leading zero; others write two digits. */
export function isHashOf(hash: string, file: Buffer): boolean {
  const digest = createHash('sha256').update(file).digest()
  let short = ''
  for (const byte of digest) short += byte.toString(16)
  return hash === short || hash === digest.toString('hex')
}
