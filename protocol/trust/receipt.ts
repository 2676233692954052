import { leafHash } from '../events/hash.ts'
import type { Proof } from '../events/proof.ts'
import { isSignedBy, parseJws, signJws } from './compact-jws.ts'
import type { PublicJwk, SigningKey } from './jwk.ts'
import { rootOf, treeLevels } from './merkle.ts'
import { toProofs, verifyInclusion } from './submission.ts'

/** What a receipt confirms about one event. Its leaf is SHA-256(0x00 ‖ JCS of this). */
export interface ReceiptLeaf {
  readonly source: string
  readonly id: string
  /** Hash of the event, hex. */
  readonly hash: string
  /** When the bus recorded the event: RFC 3339, UTC. */
  readonly recordedtime: string
}

export const receiptType = 'lienthong-receipt+jwt'

/** Signs one root for a batch and returns each event's proof. `now` is in milliseconds. */
export async function signReceipts(
  leaves: readonly ReceiptLeaf[],
  key: SigningKey,
  now: number
): Promise<readonly Proof[]> {
  const levels = treeLevels(leaves.map((leaf) => leafHash({ ...leaf })))
  const claims = { iss: '/bus', iat: Math.floor(now / 1000), root: rootOf(levels) }
  return toProofs(await signJws(claims, receiptType, key), levels)
}

/** Whether one of the bus's keys signed the receipt of this event. */
export async function verifyReceipt(
  leaf: ReceiptLeaf,
  proof: Proof,
  keys: readonly PublicJwk[]
): Promise<boolean> {
  const root = receiptRootOf(proof.token)
  return (
    root !== undefined &&
    verifyInclusion(leafHash({ ...leaf }), proof, root) &&
    isReceiptToken(proof.token, keys)
  )
}

/** Whether the bus signed a receipt's token. Checked once per batch. */
export async function isReceiptToken(token: string, keys: readonly PublicJwk[]): Promise<boolean> {
  const parsed = parseJws(token, receiptType)
  if (parsed?.claims.iss !== '/bus') return false
  const key = keys.find(({ kid }) => kid === parsed.kid)
  return key !== undefined && isSignedBy(token, parsed.alg, key)
}

/** The root in a receipt's token. Does not check the signature. */
export function receiptRootOf(token: string): string | undefined {
  const root = parseJws(token, receiptType)?.claims.root
  return typeof root === 'string' ? root : undefined
}

/** The `kid` of the key that a receipt's token names. Does not check the signature. */
export function receiptKidOf(token: string): string | undefined {
  return parseJws(token, receiptType)?.kid
}
