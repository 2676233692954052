import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { inflateRawSync } from 'node:zlib'
import fc from 'fast-check'
import { createBodyReader, keepBodies, longestPlace, placeOf } from '#bus/archive/stored-bodies.ts'

const eventsOf = (texts: readonly string[], first = 1) =>
  texts.map((text, index) => ({ number: first + index, body: JSON.stringify({ id: index, text }) }))

const readerOf = (blocks: readonly { readonly number: number; readonly texts: Uint8Array }[]) => {
  const rows = new Map(blocks.map(({ number, texts }) => [number, texts]))
  return createBodyReader((number) => rows.get(number))
}

/** Lengths from nothing to more than a block, in any letters. */
const text = fc.tuple(fc.string({ unit: 'grapheme' }), fc.nat(500)).map(([some, times]) => some.repeat(times))

describe('bodies as they are stored', () => {
  it('are read as they were, in any order, and from blocks of a size that is quickly read', () => {
    const property = fc.property(fc.array(text, { maxLength: 60 }), fc.nat(2 ** 40), (texts, first) => {
      const events = eventsOf(texts, first)
      const { bodies, blocks } = keepBodies(events, { areWrittenOut: false })
      const bodyOf = readerOf(blocks)
      const stored = bodies.map((body, index) => ({ body, event: events[index] }))
      for (const { body, event } of [...stored, ...stored.toReversed()]) {
        assert.equal(bodyOf(body), event?.body)
        assert.equal(placeOf(body)?.bytes ?? Buffer.byteLength(body), Buffer.byteLength(event?.body ?? ''))
        if (placeOf(body)) assert.ok(body.length <= longestPlace)
      }
      for (const { texts } of blocks) assert.ok(inflateRawSync(texts).length <= 24_576)
      const used = new Set(bodies.flatMap((body) => placeOf(body)?.block ?? []))
      assert.deepEqual(
        blocks.map(({ number }) => number),
        [...used]
      )
    })
    fc.assert(property, { numRuns: 300 })
  })

  it('take a tenth of the space where they are alike', () => {
    const events = eventsOf(
      Array.from({ length: 100 }, () => 'Về việc triển khai kế hoạch chuyển đổi số. '.repeat(20))
    )
    const { bodies, blocks } = keepBodies(events, { areWrittenOut: false })
    const bytes = (some: readonly (string | Uint8Array)[]) =>
      some.reduce((sum, { length }) => sum + length, 0)
    assert.ok(
      bytes(bodies) + bytes(blocks.map(({ texts }) => texts)) < bytes(events.map(({ body }) => body)) / 10
    )
  })

  it('are themselves where few came together, where one is large, and where release 0.1 reads them', () => {
    const alone = eventsOf(['x'.repeat(20_000), 'x'.repeat(20_000), 'x'.repeat(30_000)])
    const few = eventsOf(['Hồ sơ', 'Hồ sơ'])
    const many = eventsOf(Array.from({ length: 100 }, () => 'x'.repeat(1000)))
    for (const [events, areWrittenOut] of [
      [alone, false],
      [few, false],
      [many, true]
    ] as const) {
      const { bodies, blocks } = keepBodies(events, { areWrittenOut })
      assert.deepEqual(
        bodies,
        events.map(({ body }) => body)
      )
      assert.deepEqual(blocks, [])
    }
  })

  it('are not read from a block that is missing, damaged or another', () => {
    const { bodies, blocks } = keepBodies(eventsOf(Array.from({ length: 20 }, () => 'x'.repeat(1000))), {
      areWrittenOut: false
    })
    const [last = ''] = bodies.slice(-1)
    const [block] = blocks.slice(-1)
    assert.ok(block)
    const damaged = Buffer.from(block.texts)
    damaged.fill(0xff, 0, 8)
    const shorter = keepBodies(eventsOf(Array.from({ length: 9 }, () => 'x'.repeat(1000))), {
      areWrittenOut: false
    })
    const [other] = shorter.blocks
    assert.throws(() => readerOf([])(last), /no block/)
    assert.throws(() => readerOf([{ ...block, texts: damaged }])(last))
    assert.throws(() => readerOf([{ ...block, texts: block.texts.subarray(0, 40) }])(last))
    assert.throws(
      () => readerOf([{ number: block.number, texts: other?.texts ?? Buffer.alloc(0) }])(last),
      /has no bytes/
    )
  })
})
