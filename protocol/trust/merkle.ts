import { hash } from 'node:crypto'

/** The Merkle tree of RFC 6962 with SHA-256, over leaves that are already hashed (0x00 ‖ content). */

/** Where a node's content is put together: 0x01 and two hashes. */
const node = Buffer.alloc(65, 1)

export function nodeHash(left: Uint8Array, right: Uint8Array): Buffer {
  node.set(left, 1)
  node.set(right, 33)
  return hash('sha256', node, 'buffer')
}

/** The levels of a tree, the leaves first. */
export type Levels<T> = readonly (readonly T[])[]

/** The root over at least one leaf. */
export function rootOf<T>(levels: Levels<T>): T {
  const [root] = levels.at(-1) ?? []
  if (root === undefined) throw new TypeError('a tree needs a leaf')
  return root
}

/** For each leaf the sibling nodes on its way to the root. */
export function pathsOf<T>(levels: Levels<T>): readonly T[][] {
  const [leaves = []] = levels
  return leaves.map((_leaf, index) => {
    const path: T[] = []
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
 * All levels from the leaves up. A last node without a sibling moves up as it
 * is, which gives the same tree as RFC 6962's recursive definition.
 */
export function treeLevels(leaves: readonly Buffer[]): Levels<Buffer> {
  const levels: Buffer[][] = [[...leaves]]
  for (;;) {
    const below = levels.at(-1) ?? []
    if (below.length <= 1) return levels
    const above: Buffer[] = []
    for (let at = 0; at < below.length; at += 2) {
      const left = below[at]
      const right = below[at + 1]
      if (left) above.push(right ? nodeHash(left, right) : left)
    }
    levels.push(above)
  }
}

/** The root a leaf's path leads to (RFC 9162, 2.1.3.2); undefined where the path cannot be one of a tree of that size. */
export function rootFromPath(
  leaf: Uint8Array,
  index: number,
  size: number,
  path: readonly Uint8Array[]
): Buffer | undefined {
  if (!Number.isSafeInteger(index) || !Number.isSafeInteger(size) || index < 0 || index >= size)
    return undefined
  let at = index
  let last = size - 1
  let found: Buffer = Buffer.from(leaf)
  for (const sibling of path) {
    if (sibling.length !== 32 || last === 0) return undefined
    if (at % 2 === 1 || at === last) {
      found = nodeHash(sibling, found)
      while (at % 2 === 0 && at !== 0) {
        at = Math.floor(at / 2)
        last = Math.floor(last / 2)
      }
    } else {
      found = nodeHash(found, sibling)
    }
    at = Math.floor(at / 2)
    last = Math.floor(last / 2)
  }
  return last === 0 ? found : undefined
}
