import type { Proof } from '../events/proof.ts'
import { nodeHash } from './merkle.ts'
import { leadsTo } from './submission.ts'

/**
 * Whether proofs lead to one root, as `leadsTo` tells; those of one tree share
 * most of their nodes, and what has once led to the root is not hashed again.
 */
export function createPathsTo(root: string): (leaf: Buffer, proof: Proof) => boolean {
  /** Nodes that lead to the root, by their places in a tree of this size. */
  const known = new Map<number, string>()
  let knownSize = 0

  return (leaf, proof) => {
    const { nodes, isKnown } = wayOf(leaf, proof, proof.size === knownSize ? known : new Map())
    if (!isKnown && !leadsTo(leaf, proof, root)) return false
    if (proof.size !== knownSize) known.clear()
    knownSize = proof.size
    for (const [place, node] of nodes) known.set(place, node)
    return true
  }
}

interface Way {
  /** The nodes on it and beside it, by their places. */
  readonly nodes: ReadonlyMap<number, string>
  /** From some node on it and all beside it are known. */
  readonly isKnown: boolean
}

function wayOf(leaf: Buffer, { index, size, path }: Proof, known: ReadonlyMap<number, string>): Way {
  const nodes = new Map<number, string>()
  const unknown: Way = { nodes, isKnown: false }
  if (index < 0 || index >= size || size > maxLeaves) return unknown
  let node: Buffer = leaf
  let isKnown = false
  let at = index
  let last = size - 1
  let level = 0
  const placeOf = (of: number): number => level * maxLeaves + of
  for (const sibling of path) {
    if (last === 0) return unknown
    if (!isKnown) {
      const own = node.toString('base64url')
      isKnown = known.get(placeOf(at)) === own
      nodes.set(placeOf(at), own)
    }
    // A last node without a sibling moves up as it is.
    while (at === last && at % 2 === 0 && at > 0) {
      at /= 2
      last = Math.floor(last / 2)
      level += 1
    }
    const isRight = at % 2 === 1
    const beside = placeOf(isRight ? at - 1 : at + 1)
    nodes.set(beside, sibling)
    if (isKnown) {
      if (known.get(beside) !== sibling) return unknown
    } else {
      const other = Buffer.from(sibling, 'base64url')
      if (other.length !== node.length) return unknown
      node = isRight ? nodeHash(other, node) : nodeHash(node, other)
    }
    at = Math.floor(at / 2)
    last = Math.floor(last / 2)
    level += 1
  }
  return { nodes, isKnown: isKnown && last === 0 }
}

/** Of the largest tree whose nodes are remembered. */
const maxLeaves = 2 ** 20
