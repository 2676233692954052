import { sha256Text } from '../bytes/bytes.ts'
import { BusError } from '../errors/bus-error.ts'
import type { Fault } from '../errors/faults.ts'
import { agencyCode, agencyOf } from '../events/event.ts'
import type { JsonObject } from '../events/json.ts'
import { isSignedBy, parseJws, signJws } from './compact-jws.ts'
import type { PublicJwk, SigningKey } from './jwk.ts'
import type { Algorithm } from './jws.ts'

/** The `typ` of every token that a system makes. */
export const tokenType = 'lienthong+jwt'

/** The claims of a system's token. Times are whole seconds since the epoch. */
export interface TokenClaims {
  /** The system: `/agencies/<code>/systems/<name>`. */
  readonly iss: string
  /** Code of its agency. */
  readonly sub: string
  /** The gateway's public URL, exactly. */
  readonly aud: string
  readonly iat: number
  /** At most 300 s after `iat`. */
  readonly exp: number
  readonly nbf?: number
  readonly jti: string
  /** Merkle root of the submission, 32 bytes base64url. A token with it publishes exactly those events. */
  readonly events?: string
  /** Method and address (without query) of the only request that the token is valid for (RFC 9449). */
  readonly htm?: string
  readonly htu?: string
  /** SHA-256 of the body of an act, base64url. */
  readonly body?: string
}

/** A token whose signature and claims are valid. `kind` says what the token may be used for. */
export interface VerifiedToken extends TokenClaims {
  readonly kind: 'plain' | 'bound-plain' | 'submission' | 'act'
  readonly kid: string
  /** The token itself, to be kept as evidence. */
  readonly token: string
}

/** Finds a key of a system by `kid`, among the system's own keys only. */
export type FindKey = (system: string, kid: string) => PublicJwk | undefined

export interface VerifyTokenOptions {
  readonly findKey: FindKey
  /** The exact value that `aud` must have. */
  readonly audience: string
  /** Seconds since the epoch. */
  readonly now: number
}

/** From `iat` to `exp`. */
export const maxLifeSeconds = 300
/** How far clocks may differ. */
export const clockLeewaySeconds = 30
/** A system's name. */
export const issuerGrammar = new RegExp(`^/(?:agencies/${agencyCode}|bus)/systems/[a-z0-9-]{1,32}$`)
/** Recipients have the tokens of senders: what is long expired tells nobody whether its key is still good. */
const explainedForSeconds = 86_400
const digestGrammar = /^[A-Za-z0-9_-]{42}[AEIMQUYcgkosw048]$/

/**
 * Verifies a system's token. Until the signature is verified, every fault gives the same
 * `BUS_TOKEN_INVALID` and takes the time of one verification, so that nobody can find out which systems or
 * keys exist.
 */
export async function verifyToken(token: string, options: VerifyTokenOptions): Promise<VerifiedToken> {
  const parsed = parseJws(token, tokenType)
  const claims = parsed && checkedClaims(parsed.claims)
  if (!parsed || !claims) return refuse()
  if (!(await isSignedByKnown(token, parsed.alg, options.findKey(claims.iss, parsed.kid)))) return refuse()
  checkSigned(claims, options)
  return { ...claims, kind: kindOf(claims), kid: parsed.kid, token }
}

/** Checks what was signed with a good key, and says what is wrong. */
function checkSigned(claims: TokenClaims, { audience, now }: VerifyTokenOptions): void {
  const { iss, sub, aud, iat, exp, nbf = iat } = claims
  const refuseFor = (fault: Fault, values: Readonly<Record<string, string>>): never => {
    throw new BusError('BUS_TOKEN_INVALID', fault, { values })
  }
  if (exp <= now - explainedForSeconds) refuse()
  const expected = agencyOf(iss)
  if (sub !== expected) refuseFor('token-subject', { expected, got: sub })
  if (exp <= iat || exp - iat > maxLifeSeconds)
    refuseFor('token-life', { got: String(exp - iat), limit: String(maxLifeSeconds) })
  if (aud !== audience) refuseFor('token-audience', { expected: audience, got: aud })
  const times = { now: instantAt(now), exp: instantAt(exp), from: instantAt(Math.max(iat, nbf)) }
  if (exp <= now) refuseFor('token-expired', times)
  if (Math.max(iat, nbf) > now + clockLeewaySeconds) refuseFor('token-too-early', times)
}

/** An instant in seconds since the epoch, which may be one that no calendar has. */
function instantAt(seconds: number): string {
  const date = new Date(seconds * 1000)
  return Number.isNaN(date.getTime()) ? String(seconds) : date.toISOString()
}

/** Whether a key made the token's signature; without a key that fits it is not, and to say so takes as long. */
export async function isSignedByKnown(
  token: string,
  alg: Algorithm,
  key: PublicJwk | undefined
): Promise<boolean> {
  const fits = key?.alg === alg ? key : undefined
  const isSigned = await isSignedBy(token, alg, fits ?? decoys[alg])
  return isSigned && fits !== undefined
}

/**
 * Checks a stored token again: the signature, by a key that the system had at the time. All other rules were
 * checked when it arrived; a token that was valid then stays valid when they become stricter. Throws
 * `BUS_TOKEN_INVALID`.
 */
export async function verifySignatureAt(
  token: string,
  findKey: FindKey
): Promise<Pick<TokenClaims, 'iss' | 'body'>> {
  const parsed = parseJws(token, tokenType)
  if (!parsed) return refuse()
  const { iss, body } = parsed.claims
  if (typeof iss !== 'string' || typeof body !== 'string') return refuse()
  const key = findKey(iss, parsed.kid)
  if (!key || !(await isSignedBy(token, parsed.alg, key))) return refuse()
  return { iss, body }
}

export interface NewClaimsOptions {
  readonly system: string
  readonly audience: string
  /** Milliseconds since the epoch. */
  readonly now: number
  readonly lifeSeconds?: number
}

/** The claims that all tokens of a system have. The token is valid from now on. */
export function newClaims({ system, audience, now, lifeSeconds = 120 }: NewClaimsOptions): TokenClaims {
  const iat = Math.floor(now / 1000)
  return {
    iss: system,
    sub: agencyOf(system),
    aud: audience,
    iat,
    exp: iat + lifeSeconds,
    jti: crypto.randomUUID()
  }
}

/** The `body` claim of an act's token. */
export function bodyDigest(body: Uint8Array): string {
  return sha256Text(body, 'base64url')
}

/** Signs claims as a token of a system. */
export function signToken(claims: TokenClaims, key: SigningKey): Promise<string> {
  return signJws(claims, tokenType, key)
}

function refuse(): never {
  throw new BusError('BUS_TOKEN_INVALID', 'token-refused')
}

function kindOf({ events, htm, body }: TokenClaims): VerifiedToken['kind'] {
  if (events !== undefined) return 'submission'
  if (htm === undefined) return 'plain'
  return body === undefined ? 'bound-plain' : 'act'
}

function checkedClaims(claims: JsonObject): TokenClaims | undefined {
  const { iss, sub, aud, iat, exp, nbf, jti, events, htm, htu, body } = claims
  const texts = [iss, sub, aud, jti].every(
    (claim) => typeof claim === 'string' && claim !== '' && claim.length <= 256
  )
  if (!texts || typeof iss !== 'string') return undefined
  if (!issuerGrammar.test(iss)) return undefined
  if (!isSecond(iat) || !isSecond(exp) || !(nbf === undefined || isSecond(nbf))) return undefined
  if (!isDigest(events) || !isDigest(body)) return undefined
  const bound = htm !== undefined || htu !== undefined || body !== undefined
  if (bound && (events !== undefined || typeof htm !== 'string' || typeof htu !== 'string')) return undefined
  return claims as unknown as TokenClaims
}

function isSecond(claim: unknown): claim is number {
  return Number.isSafeInteger(claim) && Number(claim) >= 0
}

function isDigest(claim: unknown): boolean {
  return claim === undefined || (typeof claim === 'string' && digestGrammar.test(claim))
}

const decoyModulus =
  'ltOStT-vstpbH2VJITr6pp7nLhMHRIcfgEirlWNlS_N6SDrJvIChqrO4szeCDLxfG32xK8mVDHjzvDwcEad6aX23_961NdTqAOZMLSa2oLNj0d4a7_u1XBFBujXiwqb4NBf-9iXuWeIIDbtHGoDiK2MiImtfXEVZjCkYDya78N4Fusxhd9tzN4ZB5Wd2bYX9wv1UCCjCZDYZCJW4gLnlygH8vqwa-W4184-PO0mAJ8WMzmCnfNhn4nrZ1vBpln5Jc8MT3N9NuMUQqQMj0UbjZr11rhT03yiJ3LFluiqddZzHAzXD7d5qWqwRLz_aLYT_ab1K7wHVil_XTtkv8jOb4w'

/** Public keys without a private key: verifying with one makes an unknown key take as long as a wrong signature. */
const decoys: Readonly<Record<Algorithm, PublicJwk>> = {
  EdDSA: {
    kty: 'OKP',
    kid: 'decoy',
    alg: 'EdDSA',
    crv: 'Ed25519',
    x: 'a6hThLeuFlwQEGQ9SN8vC_94cgdXRiOi6MIbgvYb4VQ'
  },
  ES256: {
    kty: 'EC',
    kid: 'decoy',
    alg: 'ES256',
    crv: 'P-256',
    x: 'sH6tzvNsLx5NLfEXoaC1s25FjeWWHtaNyAtlhNpnauQ',
    y: 'W0tXSA_d047CTNJ8Y6ihIot8xfatnwXnoEBARLXiDjw'
  },
  PS256: { kty: 'RSA', kid: 'decoy', alg: 'PS256', e: 'AQAB', n: decoyModulus },
  RS256: { kty: 'RSA', kid: 'decoy', alg: 'RS256', e: 'AQAB', n: decoyModulus }
}
