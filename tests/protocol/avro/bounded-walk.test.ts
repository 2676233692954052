import assert from 'node:assert/strict'
import { describe, it, test } from 'node:test'
import fc from 'fast-check'
import { BusError } from '#protocol/errors/bus-error.ts'
import { createPayloadCodec, type PayloadCodec } from '#protocol/events/payload-codec.ts'
import { everyShape } from '../../helpers/every-shape.ts'
import { payloadArbitrary } from '../../helpers/payload-arbitrary.ts'

const codecOf = (type: unknown, more: object = {}): PayloadCodec =>
  createPayloadCodec(
    JSON.stringify({ type: 'record', name: 'A', fields: [{ name: 'a', type, doc: 'A.', ...more }] })
  )
const framed = (...bytes: readonly number[]): Buffer => Buffer.of(0, 0, 0, 0, 1, ...bytes)
const list = codecOf({ type: 'array', items: 'int' })
const person = codecOf({
  type: 'array',
  items: {
    type: 'record',
    name: 'P',
    fields: [
      { name: 'x', type: 'string', doc: 'X.' },
      { name: 'y', type: 'string', doc: 'Y.' }
    ]
  }
})
const text = codecOf('string')
const optional = codecOf(['null', 'string'], { default: null })

/** 10^8, zigzag. */
const hugeCount = [0x80, 0x84, 0xaf, 0x5f]

const attacks: readonly (readonly [title: string, codec: PayloadCodec, bytes: Uint8Array])[] = [
  ['no bytes at all', text, Buffer.alloc(0)],
  ['no framing', text, Buffer.of(0, 0, 0, 1)],
  ['another magic', text, Buffer.of(1, 0, 0, 0, 1, 0)],
  ['an empty body', text, framed()],
  ['a huge count without data', list, framed(...hugeCount)],
  ['a huge count with some data', list, framed(...hugeCount, 2, 2, 2, 0)],
  ['more items than the bytes left could hold', person, framed(4, 0, 0, 0)],
  ['more than 10,000 items in one block', list, framed(0xa2, 0x9c, 0x01, ...Array(10_001).fill(2), 0)],
  ['more than 10,000 items in many blocks', list, framed(...Array(10_001).fill([2, 2]).flat(), 0)],
  ['a count of the lowest long', list, framed(...Array(9).fill(0xff), 0x01)],
  ['a block that lies about its size', list, framed(1, 4, 2, 0)],
  ['a list that does not end', list, framed(2, 2)],
  ['a text that is longer than the bytes', text, framed(10, 0x61)],
  ['a text of negative length', text, framed(1)],
  ['a text that is no UTF-8', text, framed(4, 0xc3, 0x28)],
  ['a text with a lone surrogate', text, framed(6, 0xed, 0xa0, 0x80)],
  ['a varint of eleven bytes', text, framed(...Array(10).fill(0x80), 0)],
  ['a varint that does not end', text, framed(0x80)],
  ['a third branch of a union', optional, framed(4)],
  ['a branch below the first', optional, framed(1)],
  ['a truth value of 7', codecOf('boolean'), framed(7)],
  ['an int beyond 32 bits', codecOf('int'), framed(0x80, 0x80, 0x80, 0x80, 0x10)],
  ['a long of 2^53', codecOf('long'), framed(0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x20)],
  ['a long of −2^53', codecOf('long'), framed(0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x1f)],
  ['a symbol that is not there', codecOf({ type: 'enum', name: 'E', symbols: ['X'] }), framed(2)],
  ['a symbol before the first', codecOf({ type: 'enum', name: 'E', symbols: ['X'] }), framed(1)],
  ['a day of the year 10,000', codecOf({ type: 'int', logicalType: 'date' }), framed(0xc2, 0x84, 0xe6, 0x02)],
  [
    'an instant no calendar has',
    codecOf({ type: 'long', logicalType: 'timestamp-millis' }),
    framed(0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x10)
  ],
  ['trailing bytes', text, framed(2, 0x61, 0)],
  ['bytes beyond the end', codecOf('bytes'), framed(4, 1)]
]

describe('Avro bytes that nobody here wrote are refused before they are decoded', () => {
  for (const [title, codec, bytes] of attacks) {
    test(title, () => {
      const start = performance.now()
      assert.throws(() => codec.decode(bytes), { code: 'BUS_PAYLOAD_INVALID', fault: 'payload-not-avro' })
      assert.ok(performance.now() - start < 500)
    })
  }
})

it('blocks that tell their size, as other writers make them, are read', () => {
  assert.deepEqual(list.decode(framed(3, 4, 2, 4, 0)), { a: [1, 2] })
})

it('the year 9999 is read to its last day', () => {
  const day = codecOf({ type: 'int', logicalType: 'date' })
  assert.deepEqual(day.decode(day.encode({ a: '9999-12-31' }, 1)), { a: '9999-12-31' })
})

it('bytes changed anywhere are either read or refused, at once', () => {
  const codec = createPayloadCodec(everyShape)
  fc.assert(
    fc.property(payloadArbitrary(codec.shape), fc.nat(), fc.nat(255), fc.nat(), (data, place, byte, cut) => {
      const bytes = codec.encode(data, 1)
      bytes[5 + (place % (bytes.length - 5))] = byte
      const changed = bytes.subarray(0, cut % 4 === 0 ? cut % bytes.length : bytes.length)
      const start = performance.now()
      try {
        codec.decode(changed)
      } catch (error) {
        assert.ok(error instanceof BusError, String(error))
      }
      assert.ok(performance.now() - start < 500)
    }),
    { numRuns: 2000 }
  )
})
