/** What a compact JWS (RFC 7515) is made with, on Node and in browsers. */

/** Algorithms that a system may sign with. `Ed25519` (RFC 9864) is another name of `EdDSA`. */
export type Algorithm = 'ES256' | 'EdDSA' | 'PS256' | 'RS256'

/** A key, public or private (RFC 7517). Its other members are those of its kind. */
export interface Jwk {
  readonly kty: string
  readonly crv?: string
}

export interface Header {
  readonly alg: Algorithm
  readonly typ: string
  readonly kid: string
}
