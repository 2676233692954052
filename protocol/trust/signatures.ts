import {
  constants,
  createPrivateKey,
  createPublicKey,
  type JsonWebKey,
  type KeyObject,
  type SigningOptions,
  sign,
  verify
} from 'node:crypto'
import { fromBase64url, toBase64url } from '../bytes/bytes.ts'
import type { Algorithm, Header, Jwk } from './jws.ts'

/**
 * Signatures of compact JWS (RFC 7515) by Node, in the thread that asks for them: to have another thread do it, as
 * WebCrypto does, takes half as much processor time again, and a wait. In a browser `@lienthong/client` has the same
 * functions from `web-signatures.ts`.
 */

/** A private key that was imported. */
export type PrivateKey = KeyObject

interface Way extends Jwk {
  readonly digest: 'sha256' | null
  readonly options: SigningOptions
}

/** How algorithms sign: RFC 7518, and for EdDSA RFC 8037. */
const ways: Readonly<Record<Algorithm, Way>> = {
  ES256: { kty: 'EC', crv: 'P-256', digest: 'sha256', options: { dsaEncoding: 'ieee-p1363' } },
  EdDSA: { kty: 'OKP', crv: 'Ed25519', digest: null, options: {} },
  PS256: {
    kty: 'RSA',
    digest: 'sha256',
    options: { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: constants.RSA_PSS_SALTLEN_DIGEST }
  },
  RS256: { kty: 'RSA', digest: 'sha256', options: {} }
}

/** Rejects if the key is malformed, of another kind, or has no private part. The error may quote it. */
export async function importPrivateKey(jwk: Jwk, alg: Algorithm): Promise<PrivateKey> {
  checkKind(jwk, alg)
  const key = createPrivateKey({ key: { ...jwk }, format: 'jwk' })
  if (!isOf(key, jwk, ways[alg])) throw new TypeError('not the private half of the key')
  return key
}

/** Whether what the key signs is verified by the public members that it was written with: Node does not compare them. */
function isOf(key: KeyObject, jwk: Jwk, { digest, options }: Way): boolean {
  const text = Buffer.from('lienthong')
  const signature = sign(digest, text, { key, ...options })
  const { d: _, ...members }: JsonWebKey = { ...jwk }
  const written = createPublicKey({ key: members, format: 'jwk' })
  return verify(digest, text, { key: written, ...options }, signature)
}

/** Signs a header and claims. */
export async function signCompact(header: Header, claims: object, key: PrivateKey): Promise<string> {
  const signed = `${encoded(header)}.${encoded(claims)}`
  const { digest, options } = ways[header.alg]
  return `${signed}.${toBase64url(sign(digest, Buffer.from(signed), { key, ...options }))}`
}

/**
 * Whether a key made the signature of a token. `alg` must be what the strict `parseJws` found in it, and the key's own:
 * here the header is only signed text. Rejects if the key is not of the algorithm.
 */
export async function verifyCompact(token: string, alg: Algorithm, jwk: Jwk): Promise<boolean> {
  const end = token.lastIndexOf('.')
  const { digest, options } = ways[alg]
  const key = publicKey(jwk, alg)
  return verify(
    digest,
    Buffer.from(token.slice(0, end)),
    { key, ...options },
    fromBase64url(token.slice(end + 1))
  )
}

const imported = new WeakMap<Jwk, KeyObject>()

/** Each registered key is imported once. */
function publicKey(jwk: Jwk, alg: Algorithm): KeyObject {
  checkKind(jwk, alg)
  const known = imported.get(jwk)
  if (known) return known
  const fresh = createPublicKey({ key: { ...jwk }, format: 'jwk' })
  imported.set(jwk, fresh)
  return fresh
}

function checkKind({ kty, crv }: Jwk, alg: Algorithm): void {
  if (kty !== ways[alg].kty || crv !== ways[alg].crv) throw new TypeError(`not a key of ${alg}`)
}

function encoded(part: object): string {
  return toBase64url(Buffer.from(JSON.stringify(part)))
}
