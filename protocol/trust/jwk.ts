import type { webcrypto } from 'node:crypto'
import { calculateJwkThumbprint, exportJWK, generateKeyPair, importJWK, type JWK } from 'jose'
import { BusError } from '../errors/bus-error.ts'
import type { Fault } from '../errors/faults.ts'
import { isJsonObject, type Json } from '../events/json.ts'

/** Algorithms that a system may sign with. `Ed25519` (RFC 9864) is another name of `EdDSA`. */
export type Algorithm = 'ES256' | 'EdDSA' | 'PS256' | 'RS256'

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
  readonly key: webcrypto.CryptoKey
}

export const kidGrammar = /^[A-Za-z0-9_-]{1,64}$/
const base64url = /^[A-Za-z0-9_-]+$/
const publicMembers = ['kty', 'kid', 'alg', 'use', 'key_ops', 'crv', 'x', 'y', 'n', 'e']
const privateMembers = ['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k']

/**
 * Checks a key at its registration: ES256 (P-256), EdDSA (Ed25519), PS256 or RS256 with at least 2048 bits.
 * Rejects private members, weak exponents and the ROCA fingerprint. Throws `BUS_KEY_INVALID`.
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
  if (value.kty === 'EC' && value.crv === 'P-256') return ecKey(kid, value)
  if (value.kty === 'OKP' && value.crv === 'Ed25519') return edKey(kid, value)
  if (value.kty === 'RSA') return rsaKey(kid, value)
  return refuse('key-kind-unsupported', String(value.kty))
}

type Members = Readonly<Record<string, Json>>

function ecKey(kid: string, { alg, x, y }: Members): PublicJwk {
  if (alg !== undefined && alg !== 'ES256') refuse('key-alg-differs', String(alg))
  const point = { x: bytesOf(x, 32, 'x'), y: bytesOf(y, 32, 'y') }
  if (!isOnP256(toInteger(point.x), toInteger(point.y))) refuse('key-not-on-curve')
  return { kty: 'EC', kid, alg: 'ES256', crv: 'P-256', ...point }
}

function edKey(kid: string, { alg, x }: Members): PublicJwk {
  if (alg !== undefined && alg !== 'EdDSA' && alg !== 'Ed25519') refuse('key-alg-differs', String(alg))
  return { kty: 'OKP', kid, alg: 'EdDSA', crv: 'Ed25519', x: bytesOf(x, 32, 'x') }
}

function rsaKey(kid: string, { alg, n, e }: Members): PublicJwk {
  if (alg !== 'PS256' && alg !== 'RS256') return refuse('key-alg-differs', String(alg))
  if (typeof n !== 'string' || !base64url.test(n) || n.length > 1400)
    return refuse('key-member-malformed', 'n')
  if (typeof e !== 'string' || !base64url.test(e) || e.length > 11) return refuse('key-member-malformed', 'e')
  const modulus = toInteger(n)
  const exponent = toInteger(e)
  if (modulus.toString(2).length < 2048) refuse('key-too-short')
  if (exponent < 65_537n || exponent % 2n === 0n) refuse('key-exponent-weak')
  if (modulus % 2n === 0n || hasRocaFingerprint(modulus)) refuse('key-known-weak')
  return { kty: 'RSA', kid, alg, n, e }
}

function bytesOf(value: Json | undefined, length: number, member: string): string {
  const fits =
    typeof value === 'string' && base64url.test(value) && Buffer.from(value, 'base64url').length === length
  if (!fits || Buffer.from(value, 'base64url').toString('base64url') !== value)
    return refuse('key-member-malformed', member)
  return value
}

function refuse(fault: Fault, member = ''): never {
  throw new BusError('BUS_KEY_INVALID', fault, { values: { member } })
}

function toInteger(text: string): bigint {
  return BigInt(`0x${Buffer.from(text, 'base64url').toString('hex') || '0'}`)
}

const p256 = 0xffffffff00000001000000000000000000000000ffffffffffffffffffffffffn
const p256b = 0x5ac635d8aa3a93e7b3ebbd55769886bc651d06b0cc53b0f63bce3c3e27d2604bn

function isOnP256(x: bigint, y: bigint): boolean {
  if (x >= p256 || y >= p256) return false
  const right = (x * x * x - 3n * x + p256b) % p256
  return (y * y) % p256 === (right + p256) % p256
}

const rocaPrimes = [
  3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41, 43, 47, 53, 59, 61, 67, 71, 73, 79, 83, 89, 97, 101, 103, 107,
  109, 113, 127, 131, 137, 139, 149, 151, 157, 163, 167
]

/** Moduli made by the faulty Infineon library (CVE-2017-15361) are powers of 65537 modulo every small prime. */
function hasRocaFingerprint(modulus: bigint): boolean {
  return rocaPrimes.every((prime) => {
    const rest = Number(modulus % BigInt(prime))
    let power = 1
    for (let step = 0; step < prime; step += 1) {
      if (power === rest) return true
      power = (power * (65_537 % prime)) % prime
    }
    return false
  })
}

/** RFC 7638, base64url SHA-256. */
export function thumbprint(jwk: PublicJwk): Promise<string> {
  return calculateJwkThumbprint(jwk as JWK)
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

/** Imports a private key for signing. Throws `BUS_KEY_INVALID` if it is malformed or has no private part. */
export async function importSigningKey(jwk: PrivateJwk): Promise<SigningKey> {
  const { kid, alg } = publicJwkOf(jwk)
  const key = await importJWK(jwk as JWK, alg).catch(() => undefined) // jose's own error may quote the key.
  if (!key || key instanceof Uint8Array || key.type !== 'private') return refuse('key-not-private')
  return { kid, alg, key }
}

const imported = new WeakMap<PublicJwk, Promise<webcrypto.CryptoKey>>()

/** Imports a public key for verifying, once per registered key. */
export function importVerifyKey(jwk: PublicJwk): Promise<webcrypto.CryptoKey> {
  const known = imported.get(jwk)
  if (known) return known
  const fresh = importJWK(jwk as JWK, jwk.alg) as Promise<webcrypto.CryptoKey>
  imported.set(jwk, fresh)
  return fresh
}
