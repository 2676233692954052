import { createHmac, timingSafeEqual } from 'node:crypto'
import { faults } from '../faults.ts'
import type { ReceiveSettings } from '../settings.ts'

type Scheme = Pick<
  ReceiveSettings,
  'scheme' | 'algorithm' | 'encoding' | 'signatureHeader' | 'prefix' | 'timestampHeader' | 'toleranceSeconds'
>

/** Whether a callback is signed with one of the secrets, and in time. Nothing of the body is parsed. */
export function isSigned(
  headers: Headers,
  body: Uint8Array,
  {
    settings,
    secrets,
    now
  }: { readonly settings: Scheme; readonly secrets: readonly Buffer[]; readonly now: number }
): boolean {
  const { scheme, toleranceSeconds } = settings
  const { timestamp, signed, given } = partsOf(headers, settings)
  if (scheme !== 'body') {
    const isNumber = timestamp !== undefined && /^\d{1,12}$/.test(timestamp)
    if (!isNumber || Math.abs(now / 1000 - Number(timestamp)) > toleranceSeconds) return false
  }
  const expected = secrets.map((secret) => hmac(secret, [Buffer.from(signed), body], settings))
  // Every pair is compared, so that the time taken does not tell which secret or signature came near.
  return given.flatMap((one) => expected.map((other) => isSame(one, other))).includes(true)
}

/** What is signed before the body, and the signatures that the callback carries. */
function partsOf(
  headers: Headers,
  { scheme, signatureHeader, prefix, timestampHeader, encoding }: Scheme
): { readonly timestamp: string | undefined; readonly signed: string; readonly given: readonly Buffer[] } {
  if (scheme === 'standard-webhooks') {
    const timestamp = headers.get('webhook-timestamp') ?? undefined
    const given = (headers.get('webhook-signature') ?? '')
      .split(' ', 10)
      .filter((one) => one.startsWith('v1,'))
      .map((one) => Buffer.from(one.slice('v1,'.length), 'base64'))
    return { timestamp, signed: `${headers.get('webhook-id') ?? ''}.${timestamp}.`, given }
  }
  const timestamp = headers.get(timestampHeader) ?? undefined
  const signature = headers.get(signatureHeader) ?? ''
  const given = signature.startsWith(prefix) ? [Buffer.from(signature.slice(prefix.length), encoding)] : []
  return { timestamp, signed: scheme === 'body' ? '' : `${timestamp}.`, given }
}

function hmac(
  key: Buffer,
  parts: readonly Uint8Array[],
  { scheme, algorithm }: Pick<Scheme, 'scheme' | 'algorithm'>
): Buffer {
  const made = createHmac(scheme === 'standard-webhooks' ? 'sha256' : algorithm, key)
  for (const part of parts) made.update(part)
  return made.digest()
}

const shortestStandardKey = 16

/** The bytes of a secret. Throws the fault `secretUnreadable` for one that is no key of the scheme. */
export function keyOf(secret: string, scheme: Scheme['scheme'], name: string): Buffer {
  if (scheme !== 'standard-webhooks') return Buffer.from(secret)
  const key = Buffer.from(secret.replace(/^whsec_/, ''), 'base64')
  if (key.length >= shortestStandardKey) return key
  throw faults.secretUnreadable({
    values: { name, problem: `base64 of at least ${shortestStandardKey} bytes expected` }
  })
}

function isSame(one: Buffer, other: Buffer): boolean {
  return one.length === other.length && timingSafeEqual(one, other)
}
