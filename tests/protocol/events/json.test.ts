import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { canonicalJson } from '#protocol/events/canonical.ts'
import { isSameJson, type Json } from '#protocol/events/json.ts'

const { value } = fc.letrec<{ value: Json }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3 },
    fc.constantFrom<Json>('a', '', 0, 1, true, null),
    fc.array(tie('value'), { maxLength: 3 }),
    fc.dictionary(fc.constantFrom('a', 'b', 'toString', '0'), tie('value'), { maxKeys: 3 })
  )
}))

describe('two JSON values', () => {
  it('are the same exactly where their canonical forms are', () => {
    fc.assert(
      fc.property(value, value, (one, other) => {
        assert.equal(isSameJson(one, other), canonicalJson(one) === canonicalJson(other))
        assert.ok(isSameJson(one, JSON.parse(canonicalJson(one)) as Json))
      }),
      { numRuns: 3000 }
    )
  })

  it('are the same where a member is undefined in one and not there in the other', () => {
    assert.ok(isSameJson({ a: 1, b: undefined } as never, { a: 1 }))
    assert.ok(!isSameJson({ a: 1, b: undefined } as never, { a: 1, c: 2 }))
  })
})
