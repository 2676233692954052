import { randomUUID } from 'node:crypto'
import { isSignedBy, parseJws, signJws } from './compact-jws.ts'
import type { PublicJwk, SigningKey } from './jwk.ts'
import type { Login, Person } from './person.ts'

/** The `typ` of the token by which the bus vouches for an act of a person. */
const personActType = 'lienthong-person-act+jwt'

/** What a person did in a session of the console. It is recorded where a system's own token would be. */
export interface PersonAct {
  readonly person: Person
  readonly login: Login
  /** Method and address of the request, and the SHA-256 of its body, base64url. */
  readonly htm: string
  readonly htu: string
  readonly body: string
}

/** Signs an act of a person with the bus's key. `now` is in milliseconds. */
export function signPersonAct(act: PersonAct, key: SigningKey, now: number): Promise<string> {
  const claims = { iss: '/bus', iat: Math.floor(now / 1000), jti: randomUUID(), ...act }
  return signJws(claims, personActType, key)
}

/** The act that a token of the bus names, if one of the bus's keys signed it. */
export async function verifyPersonAct(
  token: string,
  keys: readonly PublicJwk[]
): Promise<PersonAct | undefined> {
  const parsed = parseJws(token, personActType)
  const key = keys.find(({ kid }) => kid === parsed?.kid)
  if (!parsed || !key || parsed.claims.iss !== '/bus') return undefined
  return (await isSignedBy(token, parsed.alg, key)) ? (parsed.claims as unknown as PersonAct) : undefined
}
