import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { isJsonInUtf8 } from '#protocol/events/json-media-type.ts'

/** Which media types are taken: `tests/gateway/cloudevents.test.ts`. */
describe('the media type of data', () => {
  const length = 100_000
  const long = {
    spaces: `;${' '.repeat(length)}`,
    'spaces and no parameter': `;${' '.repeat(length)}\u0001`,
    'empty parameters': ' ;'.repeat(length / 2),
    'a name without a value': `;${'a'.repeat(length)}`,
    'a quoted text without an end': `;a="${'\\a'.repeat(length / 2)}`,
    'a charset after spaces': `;${' '.repeat(length)}charset=utf-16`
  }
  for (const [what, rest] of Object.entries(long)) {
    it(`is read in time that grows with its length: ${what}`, () => {
      const before = process.cpuUsage()
      isJsonInUtf8(`application/json${rest}`)
      const { user } = process.cpuUsage(before)
      assert.ok(user < 500_000, `${user} µs for ${length} characters`)
    })
  }
})
