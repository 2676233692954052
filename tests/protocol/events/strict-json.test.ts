import assert from 'node:assert/strict'
import { it } from 'node:test'
import fc from 'fast-check'
import { isStrictText, withoutForbidden } from '#protocol/events/strict-json.ts'

it('any text without what is forbidden may stand in an event, and an allowed one is left as it is', () => {
  const unit = fc.oneof(
    fc.integer({ min: 0, max: 0xffff }),
    fc.constantFrom(0, 7, 0x0c, 0x85, 0x202d, 0x2069, 0xfdd0, 0xfffe, 0xd83f, 0xdffe, 0xd83d, 0xde00)
  )
  const text = fc.array(unit, { maxLength: 30 }).map((units) => String.fromCharCode(...units))
  fc.assert(
    fc.property(text, (given) => {
      const clean = withoutForbidden(given)
      assert.ok(isStrictText(clean))
      if (isStrictText(given)) assert.equal(clean, given)
    }),
    { numRuns: 5000 }
  )
  assert.equal(withoutForbidden('Hẹn 😀\n\t8h'), 'Hẹn 😀\n\t8h')
})
