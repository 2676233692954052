import assert from 'node:assert/strict'
import { it } from 'node:test'
import avsc from 'avsc'
import fc from 'fast-check'
import { AvroWriter } from '#protocol/avro/avro-writer.ts'

const writer = new AvroWriter()

function written(write: (to: AvroWriter) => void): Buffer {
  writer.start()
  write(writer)
  return writer.written()
}

/** As the specification of Avro has it, in bigints. */
function zigzag(value: number): Buffer {
  const bytes: number[] = []
  const number = BigInt(value)
  let left = number < 0n ? -2n * number - 1n : 2n * number
  for (; left > 0x7fn; left >>= 7n) bytes.push(Number(left & 0x7fn) | 0x80)
  return Buffer.from([...bytes, Number(left)])
}

it('writes every integer within ±(2^53 − 1)', () => {
  const edges = [31, 32, 52, 53].flatMap((power) => [2 ** power - 1, 2 ** power, 2 ** power + 1])
  const all = [0, 1, 63, 64, ...edges.filter(Number.isSafeInteger)].flatMap((value) => [value, -value + 0])
  for (const value of all)
    assert.deepEqual(
      written((to) => to.long(value)),
      zigzag(value),
      String(value)
    )
  fc.assert(
    fc.property(fc.maxSafeInteger(), (value) => {
      assert.deepEqual(
        written((to) => to.long(value)),
        zigzag(value)
      )
    })
  )
})

it('writes texts of every length and script as avsc does', () => {
  const type = avsc.Type.forSchema('string')
  const texts = ['', 'a'.repeat(40), 'a'.repeat(41), 'ữ'.repeat(13), `${'a'.repeat(39)}ữ`, '😀'.repeat(5000)]
  for (const text of texts)
    assert.deepEqual(
      written((to) => to.text(text)),
      type.toBuffer(text)
    )
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', maxLength: 100 }), (text) => {
      assert.deepEqual(
        written((to) => to.text(text)),
        type.toBuffer(text)
      )
    })
  )
})

it('writes bytes with their length, and one value after the other', () => {
  const bytes = Buffer.alloc(20_000, 7)
  const all = written((to) => {
    to.byte(0)
    to.uint32(0x01020304)
    to.bytes(bytes)
  })
  assert.deepEqual(all, Buffer.concat([Buffer.of(0, 1, 2, 3, 4), zigzag(bytes.length), bytes]))
})
