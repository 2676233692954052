import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { createLogger } from '#engines/telemetry/logger.ts'
import { BusError } from '#protocol/errors/bus-error.ts'
import { visible } from '#protocol/errors/visible-text.ts'

/** What acts on a terminal, an editor or a log viewer. */
const acting = /\p{Cc}|\p{Zl}|\p{Zp}|\p{Bidi_Control}|\p{Cs}|\ufeff/u
const hostile = fc
  .string({ unit: 'binary' })
  .chain((text) =>
    fc
      .constantFrom('\u001b[2J', '\u009b31m', '\r\n', '\u2028', '\u202e', '\0', '\u007f', '\ud800', '')
      .map((one) => text + one + text)
  )

describe('a text that is shown', () => {
  it('acts on nothing, whatever it holds, and is itself where there is nothing to act', () => {
    fc.assert(
      fc.property(hostile, (text) => {
        assert.doesNotMatch(visible(text), acting)
        assert.equal(visible(visible(text)), visible(text))
        if (!acting.test(text)) assert.equal(visible(text), text)
      }),
      { numRuns: 3000, seed: 1 }
    )
    assert.equal(visible('Đã đến 文 تقرير 😀'), 'Đã đến 文 تقرير 😀')
  })

  it('is the same JSON, where it is JSON', () => {
    fc.assert(
      fc.property(fc.dictionary(hostile, hostile, { noNullPrototype: true }), (value) => {
        assert.deepEqual(JSON.parse(visible(JSON.stringify(value))), value)
      }),
      { seed: 1 }
    )
  })

  it('is what an error says of a value, in its message', () => {
    const { message } = new BusError('BUS_ATTRIBUTE_INVALID', 'code-malformed', {
      values: { attribute: 'a', got: 'x\n\u001b[2J\u202e' }
    })
    assert.doesNotMatch(message, acting)
  })

  it('is what the log holds, in lines of JSON', () => {
    const lines: string[] = []
    const logger = createLogger({ level: 'info', destination: { write: (line) => void lines.push(line) } })
    const text = 'a\n{"level":60}\u001b[2J\u009b\u2028\u202e'
    logger.warn({ err: new TypeError(text), [text]: text }, text)
    assert.equal(lines.length, 1)
    assert.doesNotMatch((lines[0] ?? '').slice(0, -1), acting)
    assert.ok(lines[0]?.endsWith('\n'))
    const { msg, err, ...rest } = JSON.parse(lines[0] ?? '')
    assert.deepEqual([msg, err.message, rest[text]], [text, text, text])
  })
})
