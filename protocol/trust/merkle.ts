import { sha256OfPair, toBase64url } from '../bytes/bytes.ts'

/**
 * The Merkle tree of RFC 6962 with SHA-256, over leaves that are hashed already (0x00 ‖ content). Nodes are
 * in base64url, as in a proof.
 */

/** The levels of a tree, the leaves first. */
export type Levels = readonly (readonly string[])[]

/** The root. A tree has at least one leaf. */
export function rootOf(levels: Levels): string {
  const [root] = levels.at(-1) ?? []
  if (root === undefined) throw new TypeError('a tree needs a leaf')
  return root
}

/** The inclusion path of each leaf: its sibling nodes up to the root. */
export function pathsOf(levels: Levels): readonly string[][] {
  const [leaves = []] = levels
  return leaves.map((_leaf, index) => {
    const path: string[] = []
    let at = index
    for (const level of levels.slice(0, -1)) {
      const sibling = level[at ^ 1]
      if (sibling !== undefined) path.push(sibling)
      at >>= 1
    }
    return path
  })
}

/**
 * All levels from the leaves up. A last node without a sibling moves up unchanged, which gives the tree
 * that RFC 6962 defines recursively.
 */
export function treeLevels(leaves: readonly Uint8Array[]): Levels {
  const levels = [leaves.map(toBase64url)]
  for (;;) {
    const below = levels.at(-1) ?? []
    if (below.length <= 1) return levels
    const above: string[] = []
    for (let at = 0; at < below.length; at += 2) {
      const left = below[at] ?? ''
      const right = below[at + 1]
      above.push(right === undefined ? left : parentOf(left, right))
    }
    levels.push(above)
  }
}

/**
 * The root computed from a leaf and its inclusion path (RFC 9162, 2.1.3.2); undefined if a tree of that
 * size has no such path.
 */
export function rootFromPath(
  leaf: Uint8Array,
  index: number,
  size: number,
  path: readonly string[]
): string | undefined {
  if (!Number.isSafeInteger(index) || !Number.isSafeInteger(size) || index < 0 || index >= size)
    return undefined
  let at = index
  let last = size - 1
  let found = toBase64url(leaf)
  for (const sibling of path) {
    if (!isNode(sibling) || last === 0) return undefined
    if (at % 2 === 1 || at === last) {
      found = parentOf(sibling, found)
      while (at % 2 === 0 && at !== 0) {
        at = Math.floor(at / 2)
        last = Math.floor(last / 2)
      }
    } else {
      found = parentOf(found, sibling)
    }
    at = Math.floor(at / 2)
    last = Math.floor(last / 2)
  }
  return last === 0 ? found : undefined
}

const isNode = (text: string): boolean => /^[\w-]{43}$/.test(text)

/** RFC 6962, 2.1: what the hash of a parent begins with. */
const parentPrefix = 1

function parentOf(left: string, right: string): string {
  return sha256OfPair(parentPrefix, left, right)
}
