import { isSignedBy, parseJws, signJws } from './compact-jws.ts'
import type { PublicJwk, SigningKey } from './jwk.ts'

/** The `typ` of the token by which a bus says which acts it has verified. */
const verifiedActsType = 'lienthong-verified-acts+jwt'

/** The acts from the first to one of them, each of which the bus has verified. */
export interface VerifiedActs {
  /** Number of the last one. */
  readonly upTo: number
  /** Numbers of those that are not valid. */
  readonly ignored: readonly number[]
  /** SHA-256 over all of them as they are stored, hex. */
  readonly hash: string
  /** What the verification depends on besides them: the release, and the operators' keys. */
  readonly by: string
}

/** `now` is in milliseconds. */
export function signVerifiedActs(acts: VerifiedActs, key: SigningKey, now: number): Promise<string> {
  return signJws({ iss: '/bus', iat: Math.floor(now / 1000), ...acts }, verifiedActsType, key)
}

/** What a token says, if this key signed it. */
export async function readVerifiedActs(token: string, key: PublicJwk): Promise<VerifiedActs | undefined> {
  const parsed = parseJws(token, verifiedActsType)
  if (parsed?.claims.iss !== '/bus' || parsed.kid !== key.kid) return undefined
  return (await isSignedBy(token, parsed.alg, key)) ? (parsed.claims as unknown as VerifiedActs) : undefined
}
