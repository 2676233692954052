import { isJsonObject } from '../events/json.ts'
import { parseJws, signJws } from './compact-jws.ts'
import type { SigningKey } from './jwk.ts'
import { type Person, personOf } from './person.ts'
import { clockLeewaySeconds, isSignedByKnown, newClaims, type VerifyTokenOptions } from './token.ts'

/** The `typ` of the token in a log-in link. It opens nothing but a session of the console. */
const linkType = 'lienthong-login+jwt'

const lifeSeconds = 60

/** A log-in link's token, verified. */
export interface VerifiedLink {
  /** The system whose rights the session has, and the key that signed. */
  readonly system: string
  readonly kid: string
  readonly jti: string
  /** Seconds since the epoch. */
  readonly exp: number
  readonly person: Person
}

export interface SignLinkOptions {
  readonly system: string
  /** The gateway's public URL. */
  readonly audience: string
  readonly person: Person
  /** Milliseconds since the epoch. */
  readonly now: number
}

/** Signs a link that logs a person in with the rights of a system, once, within a minute. */
export async function signLink(options: SignLinkOptions, key: SigningKey): Promise<string> {
  const { audience, person } = options
  const token = await signJws({ ...newClaims({ ...options, lifeSeconds }), person }, linkType, key)
  // A fragment is not sent: no log, no proxy and no Referer has the token.
  return `${audience}/console/#login=${token}`
}

/** Verifies the token of a link. Undefined if it is not valid, whatever the reason. */
export async function verifyLink(
  token: string,
  { findKey, audience, now }: VerifyTokenOptions
): Promise<VerifiedLink | undefined> {
  const parsed = parseJws(token, linkType)
  if (!parsed) return undefined
  const { iss, aud, iat, exp, jti, person } = parsed.claims
  if (typeof iss !== 'string' || typeof jti !== 'string' || jti === '' || jti.length > 256) return undefined
  if (!(await isSignedByKnown(token, parsed.alg, findKey(iss, parsed.kid)))) return undefined
  if (aud !== audience || !Number.isSafeInteger(iat) || !Number.isSafeInteger(exp)) return undefined
  const [issued, ends] = [Number(iat), Number(exp)]
  const isInTime = issued <= now + clockLeewaySeconds && ends > now && ends - issued <= lifeSeconds
  const named = isJsonObject(person) ? personOf(person.id, person.name) : undefined
  if (!isInTime || !named) return undefined
  return { system: iss, kid: parsed.kid, jti, exp: ends, person: named }
}
