import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { answerTo } from './evaluate.ts'

async function evaluate(jsonata: string, input: string) {
  const [answer] = await answerTo({ inputs: [input], expressions: { one: { jsonata } }, variables: {} })
  return answer?.failure?.problem ?? answer?.values.one
}

describe('an expression', () => {
  it('takes no input that is nested deeply', async () => {
    assert.equal(await evaluate('1', `${'['.repeat(64)}${']'.repeat(64)}`), '1')
    assert.match(String(await evaluate('1', `${'['.repeat(65)}${']'.repeat(65)}`)), /nested/)
    assert.equal(
      await evaluate('$', `{"a":"${'['.repeat(100)}\\"${'['.repeat(100)}"}`),
      `{"a":"${'['.repeat(100)}\\"${'['.repeat(100)}"}`
    )
  })

  it('is given numbers that would be rounded as texts', async () => {
    const kept = ['17', '-0.5', '1.50', '0.30000000000000004', '9007199254740991', '1e3']
    for (const number of kept) assert.equal(await evaluate('$type($)', number), '"number"', number)
    const rounded = [
      '9007199254740993',
      '9007199254740993.0',
      '9007199254740993e0',
      '0.1234567890123456789',
      '4503599627370497.3',
      '1e400'
    ]
    for (const number of rounded) assert.equal(await evaluate('$', number), JSON.stringify(number))
  })

  it('pads as JSONata does, but not without limit', async () => {
    assert.equal(await evaluate('$pad("foo", 5, "#-")', '{}'), '"foo#-"')
    assert.equal(await evaluate('$pad("foo", -5)', '{}'), '"  foo"')
    assert.equal(await evaluate('"foo" ~> $pad(2)', '{}'), '"foo"')
    assert.equal(await evaluate('a.$pad(4)', '{"a":"đ"}'), '"đ   "')
    assert.equal(await evaluate('$pad(b, 4)', '{}'), undefined)
    assert.match(String(await evaluate('$pad("x", n)', '{"n":300000000}')), /pad to more than/)
  })
})
