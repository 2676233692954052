import { BusError } from '../errors/bus-error.ts'
import { leafHash } from '../events/hash.ts'
import type { Json } from '../events/json.ts'
import type { Proof } from '../events/proof.ts'
import { isSignedBy, parseJws } from './compact-jws.ts'
import type { PublicJwk, SigningKey } from './jwk.ts'
import { type Levels, pathsOf, rootFromPath, rootOf, treeLevels } from './merkle.ts'
import { signToken, type TokenClaims, tokenType } from './token.ts'

/** Signs events as one submission: a token over their Merkle root, and each event's proof. */
export async function signSubmission(
  events: readonly Json[],
  claims: Omit<TokenClaims, 'events' | 'htm' | 'htu' | 'body'>,
  key: SigningKey
): Promise<{ readonly token: string; readonly proofs: readonly Proof[] }> {
  const levels = treeLevels(events.map(leafHash))
  const token = await signToken({ ...claims, events: rootOf(levels) }, key)
  return { token, proofs: toProofs(token, levels) }
}

/**
 * The proofs of the events a verified token was made for. Throws
 * `BUS_SUBMISSION_MISMATCH` where it was made for others, for more or fewer, or
 * for another order.
 */
export function openSubmission(
  events: readonly Json[],
  { token, events: root }: { readonly token: string; readonly events?: string },
  leaves: readonly Buffer[] = events.map(leafHash)
): readonly Proof[] {
  const levels = treeLevels(leaves)
  const found = rootOf(levels)
  if (found !== root) {
    throw new BusError('BUS_SUBMISSION_MISMATCH', 'root-differs', {
      values: { expected: root ?? '', got: found }
    })
  }
  return toProofs(token, levels)
}

/** Whether one of the keys signed this very event. The event is hashed here: a hash given by another proves nothing. */
export async function verifyEventProof(
  event: Json,
  proof: Proof,
  keys: readonly PublicJwk[]
): Promise<boolean> {
  const parsed = parseJws(proof.token, tokenType)
  const source = typeof event === 'object' && event !== null && 'source' in event ? event.source : undefined
  if (!parsed || parsed.claims.iss !== source) return false
  if (!verifyInclusion(leafHash(event), proof, parsed.claims.events)) return false
  const key = keys.find(({ kid }) => kid === parsed.kid)
  return key !== undefined && isSignedBy(proof.token, parsed.alg, key)
}

/** Whether a proof's path leads from a leaf to a root (base64url). */
export function verifyInclusion(leaf: Buffer, { index, size, path }: Proof, root: unknown): boolean {
  const found = rootFromPath(leaf, index, size, path)
  return found !== undefined && found === root // A token that names no root vouches for no event.
}

/** Each leaf's proof. */
export function toProofs(token: string, levels: Levels): readonly Proof[] {
  return pathsOf(levels).map((path, index, { length: size }) => ({ token, index, size, path }))
}
