import { nodeHash } from './merkle.ts'
import type { Proof } from './proof.ts'
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
    const nodes = nodesOn(leaf, proof, proof.size === knownSize ? known : new Map())
    if (nodes === 'known') return true
    if (!leadsTo(leaf, proof, root)) return false
    if (proof.size !== knownSize) known.clear()
    knownSize = proof.size
    for (const [place, node] of nodes) known.set(place, node)
    return true
  }
}

/**
 * `known` where the way from a leaf is made of known nodes from some point on,
 * and leads there; else the nodes on it and beside it, by their places.
 */
function nodesOn(
  leaf: Buffer,
  { index, size, path }: Proof,
  known: ReadonlyMap<number, string>
): ReadonlyMap<number, string> | 'known' {
  const nodes = new Map<number, string>()
  if (index < 0 || index >= size || size > maxLeaves) return nodes
  let node: Buffer = leaf
  let isKnown = false
  let at = index
  let last = size - 1
  let level = 0
  const placeOf = (of: number): number => level * maxLeaves + of
  for (const sibling of path) {
    if (last === 0) return nodes
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
      if (known.get(beside) !== sibling) return nodes
    } else {
      const other = Buffer.from(sibling, 'base64url')
      if (other.length !== node.length) return nodes
      node = isRight ? nodeHash(other, node) : nodeHash(node, other)
    }
    at = Math.floor(at / 2)
    last = Math.floor(last / 2)
    level += 1
  }
  return isKnown && last === 0 ? 'known' : nodes
}

/** Of the largest tree whose nodes are remembered. */
const maxLeaves = 2 ** 20
