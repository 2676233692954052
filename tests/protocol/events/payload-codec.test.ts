import assert from 'node:assert/strict'
import { describe, it, test } from 'node:test'
import fc from 'fast-check'
import { BusError } from '#protocol/errors/bus-error.ts'
import { canonicalJson } from '#protocol/events/canonical.ts'
import type { Json, JsonObject } from '#protocol/events/json.ts'
import { createPayloadCodec, schemaIdOf } from '#protocol/events/payload-codec.ts'
import { shippedSchemas } from '#runtime/shipped-schemas.ts'
import { everyShape, leastPayload } from '../../helpers/every-shape.ts'
import { payloadArbitrary } from '../../helpers/payload-arbitrary.ts'

const codec = createPayloadCodec(everyShape)

describe('every payload comes back exactly as it was written', () => {
  for (const { type, text } of [{ type: 'every shape', text: everyShape }, ...shippedSchemas()]) {
    test(type, () => {
      const ofType = createPayloadCodec(text)
      fc.assert(
        fc.property(payloadArbitrary(ofType.shape), (data) => {
          assert.equal(canonicalJson(ofType.decode(ofType.encode(data, 1))), canonicalJson(data))
        }),
        { numRuns: 200 }
      )
    })
  }

  it('also when it is larger than any before', () => {
    const data = { ...leastPayload, text: 'ữ'.repeat(100_000) }
    assert.deepEqual(codec.decode(codec.encode(data, 1)), data)
  })

  it('composed and decomposed letters stay as they were sent', () => {
    for (const form of ['NFC', 'NFD']) {
      const data = { ...leastPayload, text: 'Liên Thông'.normalize(form) }
      assert.equal(codec.decode(codec.encode(data, 1)).text, data.text)
    }
  })
})

it('frames as Confluent does: magic 0, four bytes of schema id, body', () => {
  const framed = codec.encode(leastPayload, 0x01020304)
  assert.deepEqual([...framed.subarray(0, 5)], [0, 1, 2, 3, 4])
  assert.equal(schemaIdOf(framed), 0x01020304)
  assert.equal(schemaIdOf(Buffer.of(1, 0, 0, 0, 1, 0)), undefined)
  assert.equal(schemaIdOf(Buffer.of(0, 0, 0)), undefined)
})

it('a payload encoded earlier is not overwritten by the next', () => {
  const first = codec.encode(leastPayload, 1)
  codec.encode({ ...leastPayload, text: 'khác' }, 2)
  assert.deepEqual(codec.decode(first), leastPayload)
})

const file = { name: 'a.pdf', mediaType: 'application/pdf', size: 3, sha256: 'ab'.repeat(32) }

it('finds attachments wherever the schema lists them, and nowhere else', () => {
  const cover = { ...file, name: 'b.pdf' }
  assert.deepEqual(codec.attachmentsIn({ ...leastPayload, files: [file], cover }), [file, cover])
  assert.deepEqual(codec.attachmentsIn(leastPayload), [])
})

interface Refusal {
  readonly title: string
  readonly change: Readonly<Record<string, Json | undefined>>
  readonly fault: string
  readonly values: Readonly<Record<string, string | number>>
}

const deep = (index: number): JsonObject => ({ people: [{ name: 'Người Mẫu', other: index as never }] })

const refusals: readonly Refusal[] = [
  {
    title: 'a missing member',
    change: { text: undefined },
    fault: 'payload-missing',
    values: { path: '/', name: 'text' }
  },
  {
    title: 'an unknown member',
    change: { extra: 1 },
    fault: 'payload-unknown',
    values: { path: '/', name: 'extra' }
  },
  {
    title: 'an unknown member further in',
    change: { people: [{ name: 'A', age: 5 }] },
    fault: 'payload-unknown',
    values: { path: '/people/0', name: 'age' }
  },
  {
    title: 'null for an optional member',
    change: { at: null },
    fault: 'payload-null',
    values: { path: '/at' }
  },
  {
    title: 'null for a required member',
    change: { text: null },
    fault: 'payload-null',
    values: { path: '/text' }
  },
  {
    title: 'a number for a text',
    change: { text: 5 },
    fault: 'payload-differs',
    values: { path: '/text', expected: 'string', got: '5' }
  },
  {
    title: 'a text for a number',
    change: { small: '5' },
    fault: 'payload-differs',
    values: { path: '/small', expected: 'integer, −2147483648…2147483647', got: '"5"' }
  },
  {
    title: 'a number out of range',
    change: { small: 2_147_483_648 },
    fault: 'payload-differs',
    values: { path: '/small', expected: 'integer, −2147483648…2147483647', got: '2147483648' }
  },
  {
    title: 'a fraction',
    change: { big: 0.5 },
    fault: 'payload-differs',
    values: { path: '/big', expected: 'integer, ±(2^53 − 1)', got: '0.5' }
  },
  {
    title: 'a symbol that is not listed',
    change: { side: 'UP' },
    fault: 'payload-differs',
    values: { path: '/side', expected: 'LEFT | RIGHT', got: '"UP"' }
  },
  {
    title: 'a truth value as text',
    change: { flag: 'true' },
    fault: 'payload-differs',
    values: { path: '/flag', expected: 'boolean', got: '"true"' }
  },
  {
    title: 'padded base64',
    change: { blob: 'AQI=' },
    fault: 'payload-differs',
    values: { path: '/blob', expected: 'base64url', got: '"AQI="' }
  },
  {
    title: 'base64url with stray bits',
    change: { blob: 'AQJ' },
    fault: 'payload-malformed',
    values: { path: '/blob', expected: 'base64url' }
  },
  {
    title: 'a day written otherwise',
    change: { day: '24/11/2026' },
    fault: 'payload-differs',
    values: { path: '/day', expected: 'YYYY-MM-DD', got: '"24/11/2026"' }
  },
  {
    title: 'a day no calendar has',
    change: { day: '2026-02-30' },
    fault: 'payload-malformed',
    values: { path: '/day', expected: 'YYYY-MM-DD' }
  },
  {
    title: 'an instant without milliseconds',
    change: { at: '2026-11-24T00:00:00Z' },
    fault: 'payload-differs',
    values: { path: '/at', expected: 'YYYY-MM-DDTHH:MM:SS.sssZ', got: '"2026-11-24T00:00:00Z"' }
  },
  {
    title: 'the 24th hour',
    change: { at: '2026-11-24T24:00:00.000Z' },
    fault: 'payload-malformed',
    values: { path: '/at', expected: 'YYYY-MM-DDTHH:MM:SS.sssZ' }
  },
  {
    title: 'an instant with an offset',
    change: { at: '2026-11-24T07:00:00.000+07:00' },
    fault: 'payload-differs',
    values: { path: '/at', expected: 'YYYY-MM-DDTHH:MM:SS.sssZ', got: '"2026-11-24T07:00:00.000+07:00"' }
  },
  {
    title: 'a list for an object, its content unshown',
    change: { cover: [file] },
    fault: 'payload-differs',
    values: { path: '/cover', expected: 'object', got: 'array' }
  },
  {
    title: 'an object for a text, its content unshown',
    change: { text: { name: 'Người Mẫu' } },
    fault: 'payload-differs',
    values: { path: '/text', expected: 'string', got: 'object' }
  },
  {
    title: 'a personal value, unshown',
    change: { secret: 5 },
    fault: 'payload-malformed',
    values: { path: '/secret', expected: 'string' }
  },
  {
    title: 'a personal value further in, unshown',
    change: { people: [{ name: 5 }] },
    fault: 'payload-malformed',
    values: { path: '/people/0/name', expected: 'string' }
  },
  {
    title: 'a value beside a personal one',
    change: deep(5),
    fault: 'payload-differs',
    values: { path: '/people/0/other', expected: 'LEFT | RIGHT', got: '5' }
  },
  {
    title: 'a digest in capitals',
    change: { files: [{ ...file, sha256: 'AB'.repeat(32) }] },
    fault: 'payload-differs',
    values: { path: '/files/0/sha256', expected: '[0-9a-f]{64}', got: `"${'AB'.repeat(32)}"` }
  },
  {
    title: 'an attachment of less than nothing',
    change: { cover: { ...file, size: -1 } },
    fault: 'payload-differs',
    values: { path: '/cover/size', expected: 'integer, ≥ 0', got: '-1' }
  },
  ...['../x', 'a\\b', 'CON.txt', 'x.pdf ', 'x\u202e.exe', '', 'a'.repeat(256)].map((name) => ({
    title: `an attachment called ${JSON.stringify(name.slice(0, 20))}, unshown`,
    change: { files: [file, { ...file, name }] },
    fault: 'payload-attachment-name',
    values: { path: '/files/1/name' }
  })),
  {
    title: 'an attachment whose name is no text',
    change: { cover: { ...file, name: 5 } },
    fault: 'payload-differs',
    values: { path: '/cover/name', expected: 'string, 1…255', got: '5' }
  },
  {
    title: 'a media type with a line break',
    change: { cover: { ...file, mediaType: 'text/plain\r\nx: y' } },
    fault: 'payload-differs',
    values: { path: '/cover/mediaType', expected: 'type/subtype', got: '"text/plain\\r\\nx: y"' }
  },
  {
    title: 'a list that is too long',
    change: { names: Array(10_001).fill('') },
    fault: 'payload-too-many-items',
    values: { path: '/names', limit: 10_000 }
  },
  {
    title: 'lists that are too long together',
    change: { names: Array(6000).fill(''), people: Array(6000).fill({ name: '' }) },
    fault: 'payload-too-many-items',
    values: { path: '/people', limit: 10_000 }
  }
]

describe('refuses, naming the place, what is expected and what came', () => {
  for (const { title, change, fault, values } of refusals) {
    test(title, () => {
      const data = Object.fromEntries(
        Object.entries({ ...leastPayload, ...change }).filter(([, member]) => member !== undefined)
      ) as JsonObject
      assert.throws(() => codec.encode(data, 1), { code: 'BUS_PAYLOAD_INVALID', fault, values })
    })
  }

  it('shows at most 100 characters of what came', () => {
    try {
      codec.encode({ ...leastPayload, side: 'x'.repeat(500) }, 1)
      assert.fail('it was taken')
    } catch (error) {
      assert.ok(error instanceof BusError)
      assert.equal(String(error.values.got).length, 100)
    }
  })
})
