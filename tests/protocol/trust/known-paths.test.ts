import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { it } from 'node:test'
import fc from 'fast-check'
import type { Proof } from '#protocol/events/proof.ts'
import { createPathsTo } from '#protocol/trust/known-paths.ts'
import { rootOf, treeLevels } from '#protocol/trust/merkle.ts'
import { leadsTo, toProofs } from '#protocol/trust/submission.ts'

const leafOf = (name: string): Buffer => createHash('sha256').update(name).digest()

/** A tree's leaves with their proofs, as a stranger may have changed them. */
const asked = fc.record({
  at: fc.nat(),
  leafAt: fc.option(fc.nat(), { nil: undefined }),
  index: fc.constantFrom(0, 0, 0, -1, 1, 2 ** 20, 0.5),
  size: fc.constantFrom(0, 0, 0, -1, 1),
  path: fc.constantFrom('kept', 'kept', 'kept', 'cut', 'longer', 'swapped', 'of another', 'reversed')
})

it('says of every proof what its path alone says, however many were asked before it', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 40 }), fc.array(asked, { maxLength: 60 }), (count, questions) => {
      const leaves = Array.from({ length: count }, (_unused, n) => leafOf(`${n}`))
      const levels = treeLevels(leaves)
      const root = rootOf(levels).toString('base64url')
      const proofs = toProofs('token', levels)
      const leads = createPathsTo(root)
      for (const { at, leafAt, index, size, path } of questions) {
        const proof = proofs[at % count] as Proof
        const other = proofs[(at + 1) % count] as Proof
        const leaf = leaves[(leafAt ?? at) % count] as Buffer
        const changed: Proof = {
          ...proof,
          index: proof.index + index,
          size: proof.size + size,
          path: {
            kept: proof.path,
            cut: proof.path.slice(1),
            longer: [...proof.path, root],
            swapped: proof.path.map((node, place) => (place === 0 ? root : node)),
            'of another': other.path,
            reversed: proof.path.toReversed()
          }[path] as readonly string[]
        }
        assert.equal(leads(leaf, changed), leadsTo(leaf, changed, root))
      }
    })
  )
})

it('takes every leaf of a tree, in any order, and none that is not there', () => {
  for (const count of [1, 2, 3, 5, 8, 31, 100]) {
    const leaves = Array.from({ length: count }, (_unused, n) => leafOf(`${n}`))
    const levels = treeLevels(leaves)
    const proofs = toProofs('token', levels)
    const leads = createPathsTo(rootOf(levels).toString('base64url'))
    for (const at of [...proofs.keys()].sort(() => Math.random() - 0.5)) {
      assert.equal(leads(leaves[at] as Buffer, proofs[at] as Proof), true)
      assert.equal(leads(leafOf('another'), proofs[at] as Proof), false)
    }
  }
})
