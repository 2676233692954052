import { createHash, verify } from 'node:crypto'
import type { DerivedKey } from './derived-keys.ts'
import type { RawRequest } from './raw-http.ts'
import { leafOf, readStrictly } from './strict-reading.ts'
import { codes, frozenAt, publicUrl, systemOf, type World } from './world.ts'

type Members = Readonly<Record<string, unknown>>

interface Owner {
  readonly letter: 'A' | 'B'
  readonly claims: Members
  readonly key: DerivedKey
}

/** Whose token it is and what it claims, by rules written apart from the bus's own; undefined where it is nobody's good token. */
export function ownerOf(token: string, world: World): Owner | undefined {
  const signer = signerOf(token, world)
  return signer && areHonest(signer.claims, signer.letter) ? signer : undefined
}

/** The same where the signature is good, whatever else it claims: who made it may be told what is wrong. */
export function signerOf(token: string, { keys }: World): Owner | undefined {
  const parts = token.split('.')
  const [header = '', payload = '', signature = ''] = parts
  if (token.length > 8192 || parts.length !== 3) return undefined
  if (parts.some((part) => Buffer.from(part, 'base64url').toString('base64url') !== part)) return undefined
  const head = readStrictly(Buffer.from(header, 'base64url')) as Members | undefined
  const claims = readStrictly(Buffer.from(payload, 'base64url')) as Members | undefined
  if (!head || !claims || Object.keys(head).sort().join() !== 'alg,kid,typ') return undefined
  const key = Object.values(keys).find(({ jwk }) => jwk.kid === head.kid)
  const algs = key?.jwk.alg === 'EdDSA' ? ['EdDSA', 'Ed25519'] : ['ES256']
  if (!key || head.typ !== 'lienthong+jwt' || !algs.includes(String(head.alg))) return undefined
  const letter = key.jwk.kid.startsWith('A') ? 'A' : 'B'
  const bytes = Buffer.from(`${header}.${payload}`)
  const against = { key: key.publicKey, dsaEncoding: 'ieee-p1363' } as const
  const isSigned = verify(
    key.jwk.alg === 'EdDSA' ? null : 'sha256',
    bytes,
    against,
    Buffer.from(signature, 'base64url')
  )
  return isSigned && claims.iss === systemOf(letter) ? { letter, claims, key } : undefined
}

function areHonest(claims: Members, letter: 'A' | 'B'): boolean {
  const { iss, sub, aud, iat, exp, nbf = 0, jti } = claims
  const seconds = [iat, exp, nbf].every((time) => Number.isSafeInteger(time) && Number(time) >= 0)
  const life = Number(exp) - Number(iat)
  return (
    iss === systemOf(letter) &&
    sub === codes[letter] &&
    aud === publicUrl &&
    seconds &&
    life > 0 &&
    life <= 300 &&
    Number(exp) > frozenAt &&
    Math.max(Number(iat), Number(nbf)) <= frozenAt + 30 &&
    typeof jti === 'string' &&
    jti !== ''
  )
}

/** Whether a token's claims open this very request, whoever sends it. */
export function opens(claims: Members, { method, path, body }: RawRequest): boolean {
  const content = Buffer.from(body, 'base64')
  const isBound = claims.htm === method && claims.htu === publicUrl + path.split('?')[0]?.split('#')[0]
  const carried = ['events', 'htm', 'htu', 'body'].filter((name) => name in claims).join()
  if (method === 'POST' && path.startsWith('/v1/events')) {
    const value = readStrictly(content)
    return (
      carried === 'events' && value !== undefined && claims.events === leafOf(value).toString('base64url')
    )
  }
  if (method === 'POST') {
    const digest = createHash('sha256').update(content).digest('base64url')
    return carried === 'htm,htu,body' && isBound && claims.body === digest
  }
  if (carried === 'htm,htu') return isBound && Number(claims.exp) - Number(claims.iat) <= 60
  return carried === ''
}
