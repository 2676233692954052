import { BusError } from '../errors/bus-error.ts'
import { canonicalJson } from '../events/canonical.ts'
import { leafHash } from '../events/hash.ts'
import { isJsonObject, type Json } from '../events/json.ts'
import type { Proof } from '../events/proof.ts'
import { isSignedBy, parseJws } from './compact-jws.ts'
import type { PublicJwk, SigningKey } from './jwk.ts'
import { type Levels, pathsOf, rootFromPath, rootOf, treeLevels } from './merkle.ts'
import { signToken, type TokenClaims, tokenType } from './token.ts'

type SubmissionClaims = Omit<TokenClaims, 'events' | 'htm' | 'htu' | 'body'>

export interface SignedSubmission {
  readonly token: string
  /** Of each event, in their order. */
  readonly proofs: readonly Proof[]
}

/** Signs events as one submission: a token over their Merkle root, and a proof for each event. */
export async function signSubmission(
  events: readonly Json[],
  claims: SubmissionClaims,
  key: SigningKey
): Promise<SignedSubmission> {
  return signLeaves(events.map(leafHash), claims, key)
}

/** As `signSubmission`, of events whose leaves are known. */
export async function signLeaves(
  leaves: readonly Uint8Array[],
  claims: SubmissionClaims,
  key: SigningKey
): Promise<SignedSubmission> {
  const levels = treeLevels(leaves)
  const token = await signToken({ ...claims, events: rootOf(levels) }, key)
  return { token, proofs: toProofs(token, levels) }
}

/**
 * The proof of each event of a verified submission token. Throws `BUS_SUBMISSION_MISMATCH` if the token was
 * made for other events, more or fewer, or another order.
 */
export function openSubmission(
  events: readonly Json[],
  { token, events: root }: { readonly token: string; readonly events?: string },
  leaves: readonly Uint8Array[] = events.map(leafHash)
): readonly Proof[] {
  const levels = treeLevels(leaves)
  const found = rootOf(levels)
  if (found !== root) throw mismatch(events, root ?? '', found)
  return toProofs(token, levels)
}

/**
 * In binary mode an event always has a `datacontenttype`; often it was signed as JSON, without one, or an HTTP
 * library added parameters to the header.
 */
function mismatch([first, ...rest]: readonly Json[], expected: string, got: string): BusError {
  if (rest.length === 0 && Array.isArray(first))
    return new BusError('BUS_SUBMISSION_MISMATCH', 'root-of-array')
  const values = { expected, got, attributes: attributesIn(first) }
  if (rest.length === 0 && isJsonObject(first) && 'datacontenttype' in first) {
    const { datacontenttype, ...without } = first
    const value = String(datacontenttype)
    const plain = { ...without, datacontenttype: value.replace(/;.*/s, '').trimEnd() }
    if ([without, plain].some((signed) => rootOf(treeLevels([leafHash(signed)])) === expected)) {
      return new BusError('BUS_SUBMISSION_MISMATCH', 'root-without-datacontenttype', {
        values: { ...values, value }
      })
    }
  }
  return new BusError('BUS_SUBMISSION_MISMATCH', 'root-differs', { values })
}

const shownLength = 20

/**
 * The attributes of an event in canonical form, with the start of each value; `datacontenttype` is shown whole,
 * since HTTP libraries change its end. The payload and the nonce stay secret.
 */
function attributesIn(event: Json | undefined): string {
  if (!isJsonObject(event)) return '-'
  const names = Object.keys(event).sort()
  const shown = names.map((name) => {
    if (name === 'nonce' || name === 'data') return `${name}=…`
    const text = canonicalJson(event[name] ?? null)
    const isCut = text.length > shownLength && name !== 'datacontenttype'
    return `${name}=${isCut ? `${text.slice(0, shownLength)}…` : text}`
  })
  return shown.join(', ')
}

/**
 * Whether one of the keys signed this event. Computes the event's hash itself, since a hash from elsewhere
 * proves nothing.
 */
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

/** Whether the inclusion path of a proof leads from a leaf to a root (base64url). */
export function verifyInclusion(leaf: Uint8Array, { index, size, path }: Proof, root: unknown): boolean {
  const found = rootFromPath(leaf, index, size, path)
  return found !== undefined && found === root // A token without a root proves nothing.
}

/** The proof of each leaf. */
export function toProofs(token: string, levels: Levels): readonly Proof[] {
  return pathsOf(levels).map((path, index, { length: size }) => ({ token, index, size, path }))
}
