import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { decodeRequest } from '#gateway/routes/events/decode-request.ts'
import { BusError } from '#protocol/errors/bus-error.ts'
import { canonicalJson } from '#protocol/events/canonical.ts'
import { readCanonical } from '#protocol/events/canonical-bytes.ts'
import { writeEvent } from '#protocol/events/hash.ts'
import { parseStrictJson } from '#protocol/events/strict-json.ts'
import { createRandom } from '../../faults/random.ts'
import { batchInput } from '../../fuzz/canonical-inputs.ts'
import { mutateJson } from '../../fuzz/mutate-json.ts'
import { compareBatch, compareEvent, judge } from '../../fuzz/one-reading.ts'
import { everyShape, leastPayload } from '../../helpers/every-shape.ts'

const event = { data: { ...leastPayload, text: 'Liên thông' }, id: 'a', specversion: '1.0', subject: 'Hồ sơ' }
const text = canonicalJson(event)

const nested = (levels: number): string => `${'{"a":'.repeat(levels - 1)}{}${'}'.repeat(levels - 1)}`
const members = (count: number) =>
  Object.fromEntries(Array.from({ length: count }, (_one, at) => [`a${at}`, at]))

describe('an event in canonical form', () => {
  for (const [what, longest] of [
    ['65,536 bytes', canonicalJson({ a: 'x'.repeat(65_528) })],
    ['1000 members', canonicalJson(members(1000))],
    ['nesting of 32', nested(32)]
  ] as const) {
    it(`is read once up to ${what}`, () => {
      const strict = parseStrictJson(Buffer.from(longest))
      assert.deepEqual(readCanonical(Buffer.from(longest)), { value: strict, ...writeEvent(strict) })
    })
  }

  it('is read once, as the strict parser reads it, with the hash of its bytes', () => {
    const strict = parseStrictJson(Buffer.from(text))
    assert.deepEqual(readCanonical(Buffer.from(text)), { value: strict, ...writeEvent(strict) })
  })

  for (const [what, other] of [
    ['a space', text.replace(':', ': ')],
    ['another order', canonicalJson({ b: 1, a: 1 }).replace('"a":1,"b":1', '"b":1,"a":1')],
    ['an escape that need not be', text.replace('Liên', 'Li\\u00ean')],
    ['an escape', canonicalJson({ a: '"' })],
    ['a name twice', '{"a":1,"a":1}'],
    ['a name of Object.prototype', '{"__proto__":1}'],
    ['a name that may be composed', '{"é":1}'],
    ['a fraction', '{"a":0.5}'],
    ['an exponent', '{"a":1e3}'],
    ['minus zero', '{"a":-0}'],
    ['a number beyond 2^53', '{"a":9007199254740992}'],
    ['names that are indexes', '{"10":1,"9":1}'],
    ['a bidirectional override', '{"a":"\u202e"}'],
    ['a byte order mark', '\ufeff{}'],
    ['nesting of 33', nested(33)],
    ['nesting without an end', '{"a":'.repeat(100_000)],
    ['65,537 bytes', canonicalJson({ a: 'x'.repeat(65_529) })],
    ['1001 members', canonicalJson(members(1001))],
    ['a list', '[]']
  ] as const) {
    it(`is left to the strict parser with ${what}`, () => {
      assert.equal(readCanonical(Buffer.from(other)), undefined)
    })
  }

  it('is left to the strict parser where it is not UTF-8', () => {
    assert.equal(readCanonical(Buffer.from('{"a":"\xff"}', 'latin1')), undefined)
  })

  it('is never another event than the strict parser reads, and is encoded one-to-one', () => {
    const random = createRandom(7)
    const judged = judge(everyShape)
    let read = 0
    for (let count = 0; count < 3000; count += 1) {
      const first = mutateJson(Buffer.from(text), Buffer.from(text), random)
      const input = random.pick([first, mutateJson(first, first, random)])
      const { difference, isRead } = compareEvent(input, judged)
      assert.equal(difference, undefined, input.toString())
      if (isRead) read += 1
    }
    assert.ok(read > 300)
  })
})

describe('a batch', () => {
  const headers = { 'content-type': 'application/cloudevents-batch+json' }
  const read = (body: string | Buffer) =>
    [...decodeRequest(headers, Buffer.from(body as string)).events].filter((event) => event !== undefined)
  const strict = (body: string | Buffer) =>
    (parseStrictJson(Buffer.from(body as string)) as unknown as readonly never[]).map((value) => ({
      value,
      ...writeEvent(value)
    }))

  for (const [what, body] of [
    ['all of whose events are in canonical form', `[${text},${text},{}]`],
    ['one of whose events is not', `[${text},{"b":1, "a":2},${text}]`],
    ['with a space between its events', `[${text}, ${text}]`],
    ['with a space after it', `[${text}] `],
    ['nested as deeply as it may be', `[${nested(31)},{}]`],
    ['of other things than objects', `[${text},1,"{}",[{}]]`]
  ] as const) {
    it(`is read as the strict parser reads it: ${what}`, () => {
      assert.deepEqual(read(body), strict(body))
    })
  }

  for (const [what, body] of [
    ['something after it', `[${text}]x`],
    ['no end', `[${text}`],
    ['nothing between two events', `[${text}${text}]`],
    ['a comma at its end', `[${text},]`],
    ['a syntax error in its second event', `[${text},{"a":}]`],
    ['an event that is nested too deeply', `[{},${nested(32)}]`],
    ['a byte that is not UTF-8 after 501 events', Buffer.from(`[${'{},'.repeat(501)}"\xff"]`, 'latin1')]
  ] as const) {
    it(`is refused as by the strict parser: ${what}`, () => {
      const refusal = (attempt: () => unknown): unknown => {
        try {
          return attempt()
        } catch (error) {
          return error instanceof BusError ? [error.code, error.fault, error.values] : error
        }
      }
      assert.deepEqual(
        refusal(() => read(body)),
        refusal(() => strict(body))
      )
      assert.ok(Array.isArray(refusal(() => read(body))))
    })
  }

  it('is never other events than the strict parser reads, nor refused otherwise', () => {
    const random = createRandom(7)
    const seeds = [text, canonicalJson({ ...event, data: { a: '}],[{' } }), '{}'].map((one) =>
      Buffer.from(one)
    )
    let read = 0
    for (let count = 0; count < 3000; count += 1) {
      const input = batchInput(seeds, random)
      const { difference, isRead } = compareBatch(input)
      assert.equal(difference, undefined, input.toString())
      if (isRead) read += 1
    }
    assert.ok(read > 300)
  })
})
