/** A signed Merkle root and the inclusion path of one leaf. Every signature and receipt on the wire has this shape. */
export interface Proof {
  /** A JWS whose claims contain the root. */
  readonly token: string
  /** Position of the leaf among `size` leaves, from 0. */
  readonly index: number
  /** Number of leaves of the tree. */
  readonly size: number
  /** Inclusion path: sibling nodes from the leaf up, 32 bytes each, base64url. */
  readonly path: readonly string[]
}

/** The nodes of a path that are stored as one text, separated by spaces. */
export function nodesIn(path: string): readonly string[] {
  return path === '' ? [] : path.split(' ')
}

/** Reads a proof from a header; undefined for anything of another shape. Does not verify it. */
export function parseProof(text: string): Proof | undefined {
  try {
    const { token, index, size, path } = JSON.parse(text) as Partial<Proof>
    const isWhole = Number.isSafeInteger(index) && Number.isSafeInteger(size)
    const isPath = Array.isArray(path) && path.every((node) => typeof node === 'string')
    return typeof token === 'string' && isWhole && isPath
      ? ({ token, index, size, path } as Proof)
      : undefined
  } catch {
    return undefined // A record written by a stranger may have any header.
  }
}
