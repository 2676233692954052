import fc from 'fast-check'
import { attachmentRecord, type RecordShape, type Shape } from '#protocol/avro/payload-shape.ts'
import { isFileName } from '#protocol/events/file-name.ts'
import type { Json, JsonObject } from '#protocol/events/json.ts'
import { extensionRecord } from '#protocol/events/package-extensions.ts'

/** Any payload that a schema allows, in its JSON form; extensions are at places that packages have. */
export function payloadArbitrary(shape: RecordShape): fc.Arbitrary<JsonObject> {
  return arbitraryOf(shape) as fc.Arbitrary<JsonObject>
}

const text = fc.oneof(
  { weight: 5, arbitrary: fc.string({ unit: 'grapheme', maxLength: 12 }) },
  { weight: 1, arbitrary: fc.string({ unit: fc.constantFrom(...'aZ09 },{]'), minLength: 30, maxLength: 70 }) }
)
const instant = fc.date({
  min: new Date('0000-01-01T00:00:00.000Z'),
  max: new Date('9999-12-31T23:59:59.999Z'),
  noInvalidDate: true
})

const attachment = fc.record({
  name: fc.string({ unit: 'grapheme', minLength: 1, maxLength: 20 }).filter(isFileName),
  mediaType: fc.constantFrom('application/pdf', 'text/plain; charset=utf-8'),
  size: fc.maxSafeNat(),
  sha256: fc.uint8Array({ minLength: 32, maxLength: 32 }).map((bytes) => Buffer.from(bytes).toString('hex'))
})

const extension = fc.record({
  path: fc.nat({ max: 9998 }).map((at) => `edXMLEnvelope/edXMLHeader/MessageHeader/Note[${at + 1}]`),
  value: text
})

function arbitraryOf(shape: Shape): fc.Arbitrary<Json> {
  switch (shape.kind) {
    case 'string':
      return text
    case 'boolean':
      return fc.boolean()
    case 'bytes':
      return fc.uint8Array({ maxLength: 12 }).map((bytes) => Buffer.from(bytes).toString('base64url'))
    case 'int':
      return fc.integer()
    case 'long':
      return fc.maxSafeInteger().map((value) => value + 0) // Minus zero is not allowed.
    case 'date':
      return instant.map((date) => date.toISOString().slice(0, 10))
    case 'instant':
      return instant.map((date) => date.toISOString())
    case 'enum':
      return fc.constantFrom(...shape.symbols)
    case 'array':
      return fc.array(arbitraryOf(shape.items), { maxLength: 4 })
    case 'record':
      if (shape.name === attachmentRecord) return attachment
      return shape.name === extensionRecord ? extension : recordArbitrary(shape, arbitraryOf)
  }
}

/** Any record of this shape, with or without its optional fields, of values of its fields' shapes. */
export function recordArbitrary(
  { fields }: RecordShape,
  valuesOf: (shape: Shape) => fc.Arbitrary<Json>
): fc.Arbitrary<JsonObject> {
  const model = Object.fromEntries(fields.map(({ name, shape }) => [name, valuesOf(shape)]))
  const requiredKeys = fields.filter(({ optional }) => !optional).map(({ name }) => name)
  return fc.record(model, { requiredKeys })
}
