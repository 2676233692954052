import { createECDH, createHash, createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto'
import type { PrivateJwk } from '#protocol/trust/jwk.ts'

/** A key pair that is the same in every run, so that a kept token is good in the next one. Worth nothing outside. */
export interface DerivedKey {
  readonly jwk: PrivateJwk
  readonly publicKey: KeyObject
  readonly privateKey: KeyObject
}

export function derivedKey(name: string, alg: 'EdDSA' | 'ES256'): DerivedKey {
  const secret = createHash('sha256').update(`fuzz ${alg} ${name}`).digest()
  const kid = `${name}-${alg}`
  const d = secret.toString('base64url')
  const jwk = alg === 'EdDSA' ? { ...edwards(secret), d, kid, alg } : { ...p256(secret), d, kid, alg }
  const privateKey = createPrivateKey({ key: jwk as never, format: 'jwk' })
  return { jwk: jwk as PrivateJwk, privateKey, publicKey: createPublicKey(privateKey) }
}

/** PKCS #8 around a bare Ed25519 seed (RFC 8410). */
const edwardsPrefix = Buffer.from('302e020100300506032b657004220420', 'hex')

function edwards(seed: Buffer): object {
  const key = createPrivateKey({ key: Buffer.concat([edwardsPrefix, seed]), format: 'der', type: 'pkcs8' })
  const { kty, crv, x } = createPublicKey(key).export({ format: 'jwk' })
  return { kty, crv, x }
}

function p256(secret: Buffer): object {
  const ecdh = createECDH('prime256v1')
  ecdh.setPrivateKey(secret)
  const point = ecdh.getPublicKey()
  return {
    kty: 'EC',
    crv: 'P-256',
    x: point.subarray(1, 33).toString('base64url'),
    y: point.subarray(33).toString('base64url')
  }
}
