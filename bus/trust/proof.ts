/** A signed Merkle root and the way to it from one leaf: the shape of every signature and receipt on the wire. */
export interface Proof {
  /** A JWS whose claims name the root. */
  readonly token: string
  /** The leaf's place among `size` leaves, from 0. */
  readonly index: number
  readonly size: number
  /** Sibling nodes from the leaf up, 32 bytes each, base64url. */
  readonly path: readonly string[]
}
