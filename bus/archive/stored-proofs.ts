import type { Proof } from '#protocol/events/proof.ts'
import type { ArchiveTables } from './archive-tables.ts'

export type TokenRow = ArchiveTables['archiveTokens']
/** A token that was read, with the nodes of its tree. */
export type StoredToken = Pick<TokenRow, 'token' | 'nodes'>

const nodeBytes = 32
/** A node has 43 characters. */
const isPlace = /^\d{1,6}$/

interface KeptToken {
  readonly number: number
  /** The place of each node among those that are stored. */
  readonly places: Map<string, number>
}

/** The tokens of a transaction's events. Those of a batch share a token and most nodes, each of which is stored once. */
export interface KeptTokens {
  /** The number under which a proof's token is stored: `first` if it is new. */
  numberOf(proof: Proof, first: number): number
  /** The proof's path, as `pathIn` reads it. Its token must have a number. */
  pathOf(proof: Proof): string
  rows(): readonly TokenRow[]
}

export interface KeepOptions {
  /** Whether paths have their nodes themselves, and each row its body, as release 0.1 reads them. */
  readonly areWrittenOut: boolean
}

export function keepTokens({ areWrittenOut }: KeepOptions): KeptTokens {
  const kept = new Map<string, KeptToken>()
  return {
    numberOf({ token }, first) {
      const known = kept.get(token) ?? { number: first, places: new Map() }
      kept.set(token, known)
      return known.number
    },
    pathOf({ token, path }) {
      if (areWrittenOut) return path.join(' ')
      const places = kept.get(token)?.places
      if (!places) throw new TypeError('a path of a token without a number')
      return path
        .map((node) => {
          const place = places.get(node) ?? places.size
          places.set(node, place)
          return place
        })
        .join(' ')
    },
    rows: () =>
      Array.from(kept, ([token, { number, places }]) => {
        if (places.size === 0) return { number, token, nodes: null }
        const nodes = Buffer.alloc(places.size * nodeBytes)
        for (const [node, place] of places) nodes.write(node, place * nodeBytes, 'base64url')
        return { number, token, nodes }
      })
  }
}

/** The nodes of a stored path. Each is a place among the token's nodes, or the node itself. Throws if there is no such place. */
export function pathIn(path: string, nodes: Uint8Array | null): readonly string[] {
  if (path === '') return []
  const stored = nodes ? Buffer.from(nodes.buffer, nodes.byteOffset, nodes.byteLength) : Buffer.alloc(0)
  return path.split(' ').map((node) => {
    if (!isPlace.test(node)) return node
    const from = Number(node) * nodeBytes
    if (from + nodeBytes > stored.length) throw new TypeError(`no node ${node} of ${stored.length} bytes`)
    return stored.toString('base64url', from, from + nodeBytes)
  })
}
