/** A signed Merkle root and the way to it from one leaf: the shape of every signature and receipt on the wire. */
export interface Proof {
  /** A JWS whose claims name the root. */
  readonly token: string
  /** The leaf's place among `size` leaves, from 0. */
  readonly index: number
  /** How many leaves the tree has. */
  readonly size: number
  /** Sibling nodes from the leaf up, 32 bytes each, base64url. */
  readonly path: readonly string[]
}

/** A proof as it stands in a header; undefined for anything of another shape. That it leads anywhere is for whoever verifies it. */
export function parseProof(text: string): Proof | undefined {
  try {
    const { token, index, size, path } = JSON.parse(text) as Partial<Proof>
    const isWhole = Number.isSafeInteger(index) && Number.isSafeInteger(size)
    const isPath = Array.isArray(path) && path.every((node) => typeof node === 'string')
    return typeof token === 'string' && isWhole && isPath
      ? ({ token, index, size, path } as Proof)
      : undefined
  } catch {
    return undefined // A stranger's header may hold anything.
  }
}
