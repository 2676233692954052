import { CompactSign, type CryptoKey, compactVerify, importJWK } from 'jose'
import type { Algorithm, Header, Jwk } from './jws.ts'

/** What `signatures.ts` does, where there is no Node. */

export type PrivateKey = CryptoKey

export async function importPrivateKey(jwk: Jwk, alg: Algorithm): Promise<PrivateKey> {
  const key = await importKey(jwk, alg)
  if (key.type !== 'private') throw new TypeError('not a private key')
  return key
}

export function signCompact(header: Header, claims: object, key: PrivateKey): Promise<string> {
  return new CompactSign(new TextEncoder().encode(JSON.stringify(claims)))
    .setProtectedHeader({ ...header })
    .sign(key)
}

export async function verifyCompact(token: string, alg: Algorithm, jwk: Jwk): Promise<boolean> {
  const key = await publicKey(jwk, alg)
  const algorithms = alg === 'EdDSA' ? ['EdDSA', 'Ed25519'] : [alg]
  return compactVerify(token, key, { algorithms }).then(
    () => true,
    () => false
  )
}

const imported = new WeakMap<Jwk, Promise<CryptoKey>>()

function publicKey(jwk: Jwk, alg: Algorithm): Promise<CryptoKey> {
  const known = imported.get(jwk)
  if (known) return known
  const fresh = importKey(jwk, alg)
  imported.set(jwk, fresh)
  return fresh
}

async function importKey(jwk: Jwk, alg: Algorithm): Promise<CryptoKey> {
  const key = await importJWK({ ...jwk }, alg)
  if (key instanceof Uint8Array) throw new TypeError('a shared secret')
  return key
}
