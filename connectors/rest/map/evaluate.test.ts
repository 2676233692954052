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

  it('pads as JSONata does, but not without limit', async () => {
    assert.equal(await evaluate('$pad("foo", 5, "#-")', '{}'), '"foo#-"')
    assert.equal(await evaluate('$pad("foo", -5)', '{}'), '"  foo"')
    assert.equal(await evaluate('"foo" ~> $pad(2)', '{}'), '"foo"')
    assert.equal(await evaluate('a.$pad(4)', '{"a":"đ"}'), '"đ   "')
    assert.equal(await evaluate('$pad(b, 4)', '{}'), undefined)
    assert.match(String(await evaluate('$pad("x", n)', '{"n":300000000}')), /pad to more than/)
  })
})
