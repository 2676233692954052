import { exportJWK, generateKeyPair } from 'jose'
import { fromBase64url, sha256Text, toBase64url } from '../bytes/bytes.ts'
import { BusError } from '../errors/bus-error.ts'
import type { Fault } from '../errors/faults.ts'
import { isJsonObject, type Json } from '../events/json.ts'
import type { Algorithm } from './jws.ts'
import { isEd25519Key, isOnP256, isWeakModulus, toInteger } from './key-numbers.ts'
import { importPrivateKey, type PrivateKey } from './signatures.ts'

/** A public key as registered and published (RFC 7517): these members only; `kid` and `alg` are always present. */
export interface PublicJwk {
  /** Elliptic curve P-256, Ed25519, or RSA. */
  readonly kty: 'EC' | 'OKP' | 'RSA'
  /** Identifies the key among those of its system: 1 to 64 letters, digits, `-` and `_`. */
  readonly kid: string
  /** Signature algorithm of the key. */
  readonly alg: Algorithm
  readonly crv?: string
  readonly x?: string
  readonly y?: string
  readonly n?: string
  readonly e?: string
}

/** A private key with its `kid`, as `lienthong keys new` writes it. */
export type PrivateJwk = PublicJwk & { readonly d: string }

export interface SigningKey {
  readonly kid: string
  readonly alg: Algorithm
  readonly key: PrivateKey
}

export const kidGrammar = /^[A-Za-z0-9_-]{1,64}$/
const base64url = /^[A-Za-z0-9_-]+$/
const publicMembers = ['kty', 'kid', 'alg', 'use', 'key_ops', 'crv', 'x', 'y', 'n', 'e']
const privateMembers = ['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k']

/**
 * Checks a key at its registration: ES256 (P-256), EdDSA (Ed25519), PS256 or RS256 with at least 2048 bits.
 * Rejects private members, points that no private key belongs to, and weak exponents and moduli. Returns the
 * canonical form. Throws `BUS_KEY_INVALID`.
 */
export function checkPublicJwk(value: Json): PublicJwk {
  if (!isJsonObject(value)) return refuse('key-not-an-object')
  for (const member of privateMembers) if (member in value) refuse('key-private', member)
  for (const member of Object.keys(value))
    if (!publicMembers.includes(member)) refuse('key-member-unknown', member)
  const { kid, use, key_ops: operations } = value
  if (typeof kid !== 'string' || !kidGrammar.test(kid)) return refuse('key-kid-malformed')
  if (use !== undefined && use !== 'sig') refuse('key-not-for-signing', 'use')
  if (
    operations !== undefined &&
    !(Array.isArray(operations) && operations.length === 1 && operations[0] === 'verify')
  ) {
    refuse('key-not-for-signing', 'key_ops')
  }
  if (value.kty === 'EC' && value.crv === 'P-256') checkEcKey(value)
  else if (value.kty === 'OKP' && value.crv === 'Ed25519') checkEdKey(value)
  else if (value.kty === 'RSA') checkRsaKey(value)
  else refuse('key-kind-unsupported', String(value.kty))
  return canonicalJwk(value)
}

type Members = Readonly<Record<string, Json>>

function checkEcKey({ alg, x, y }: Members): void {
  if (alg !== undefined && alg !== 'ES256') refuse('key-alg-differs', String(alg))
  if (!isOnP256(coordinate(x, 'x'), coordinate(y, 'y'))) refuse('key-not-on-curve')
}

function checkEdKey({ alg, x }: Members): void {
  if (alg !== undefined && alg !== 'EdDSA' && alg !== 'Ed25519') refuse('key-alg-differs', String(alg))
  if (!isEd25519Key(coordinate(x, 'x'))) refuse('key-not-on-curve')
}

function checkRsaKey({ alg, n, e }: Members): void {
  if (alg !== 'PS256' && alg !== 'RS256') return refuse('key-alg-differs', String(alg))
  if (typeof n !== 'string' || !base64url.test(n) || n.length > 1400)
    return refuse('key-member-malformed', 'n')
  if (typeof e !== 'string' || !base64url.test(e) || e.length > 11) return refuse('key-member-malformed', 'e')
  const modulus = toInteger(bytesOf(n))
  const exponent = toInteger(bytesOf(e))
  if (modulus.toString(2).length < 2048) refuse('key-too-short')
  if (exponent < 65_537n || exponent % 2n === 0n) refuse('key-exponent-weak')
  if (isWeakModulus(modulus)) refuse('key-known-weak')
}

function coordinate(value: Json | undefined, member: string): Uint8Array {
  const bytes = bytesOf(value)
  const fits = bytes.length === 32 && toBase64url(bytes) === value
  return fits ? bytes : refuse('key-member-malformed', member)
}

/**
 * The canonical form of a key, so that it has the same thumbprint however it was written: only the members
 * of its kind, numbers without leading zeros, canonical base64url. Nothing else is checked, since a
 * registered key stays valid when the rules become stricter. Throws `BUS_KEY_INVALID`.
 */
export function canonicalJwk(value: Json): PublicJwk {
  if (!isJsonObject(value) || typeof value.kid !== 'string') return refuse('key-not-an-object')
  const { kid, kty, alg, crv, x, y, n, e } = value
  const text = (member: Json | undefined) => toBase64url(bytesOf(member))
  const number = (member: Json | undefined) => toBase64url(withoutZeros(bytesOf(member)))
  switch (kty) {
    case 'EC':
      return { kty, kid, alg: 'ES256', crv: String(crv), x: text(x), y: text(y) }
    case 'OKP':
      return { kty, kid, alg: 'EdDSA', crv: String(crv), x: text(x) }
    case 'RSA':
      return { kty, kid, alg: alg === 'RS256' ? 'RS256' : 'PS256', n: number(n), e: number(e) }
    default:
      return refuse('key-kind-unsupported', String(kty))
  }
}

function bytesOf(value: Json | undefined): Uint8Array {
  return fromBase64url(typeof value === 'string' ? value : '')
}

function withoutZeros(bytes: Uint8Array): Uint8Array {
  return bytes.subarray(bytes.findIndex((byte) => byte !== 0))
}

function refuse(fault: Fault, member = ''): never {
  throw new BusError('BUS_KEY_INVALID', fault, { values: { member } })
}

/** RFC 7638, base64url SHA-256. */
export function thumbprint({ crv, e, kty, n, x, y }: PublicJwk): string {
  // The members in lexicographic order, as the standard requires; JSON leaves out undefined ones.
  return sha256Text(JSON.stringify({ crv, e, kty, n, x, y }), 'base64url')
}

/** Generates a key pair. */
export async function generateKey(
  kid: string,
  alg: Algorithm
): Promise<{ privateJwk: PrivateJwk; publicJwk: PublicJwk }> {
  const { privateKey } = await generateKeyPair(alg, {
    extractable: true,
    ...(alg === 'EdDSA' ? { crv: 'Ed25519' } : {})
  })
  const privateJwk = { ...(await exportJWK(privateKey)), kid, alg } as PrivateJwk
  return { privateJwk, publicJwk: publicJwkOf(privateJwk) }
}

/** The public half of a private key. */
export function publicJwkOf(jwk: PrivateJwk): PublicJwk {
  const members = Object.entries(jwk).filter(([name]) => publicMembers.includes(name))
  return checkPublicJwk(Object.fromEntries(members) as Json)
}

/**
 * Imports a private key for signing, whose public half is checked unless it is given. Throws `BUS_KEY_INVALID`
 * if it is malformed or has no private part.
 */
export async function importSigningKey(
  jwk: PrivateJwk,
  { kid, alg }: PublicJwk = publicJwkOf(jwk)
): Promise<SigningKey> {
  const key = await importPrivateKey(jwk, alg).catch(() => undefined) // Its error may quote the key.
  return key ? { kid, alg, key } : refuse('key-not-private')
}
