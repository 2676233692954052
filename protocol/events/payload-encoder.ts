import type { AvroWriter } from '../avro/avro-writer.ts'
import { attachmentRecord, maxItems, msPerDay, type RecordShape, type Shape } from '../avro/payload-shape.ts'
import { exactDay, exactInstant } from './instant.ts'
import type { Json, JsonObject } from './json.ts'
import { compileTest } from './json-schema.ts'
import { exactBase64url } from './payload-forms.ts'
import { attachmentRules } from './payload-json-schema.ts'

/**
 * Compiles an encoder that checks a payload while it writes it, each value once. It takes what the JSON
 * Schema and the forms take, and writes it one-to-one: no two payloads have the same bytes. Of what it does
 * not take it only returns false; what was written until then is of no use.
 */
export function payloadEncoderOf(shape: RecordShape): (data: JsonObject, writer: AvroWriter) => boolean {
  const items: ItemCount = { left: 0 }
  const encode = encoderOf(shape, items)
  return (data, writer) => {
    items.left = maxItems
    return encode(data, writer)
  }
}

/** Writes a value if it has this shape. */
type Encoder = (value: Json | undefined, writer: AvroWriter) => boolean

/** How many array items the current payload may still have. */
interface ItemCount {
  left: number
}

function encoderOf(shape: Shape, items: ItemCount): Encoder {
  switch (shape.kind) {
    case 'string':
      return (value, writer) => {
        if (typeof value !== 'string' || !value.isWellFormed()) return false
        writer.text(value)
        return true
      }
    case 'boolean':
      return (value, writer) => {
        if (typeof value !== 'boolean') return false
        writer.byte(value ? 1 : 0)
        return true
      }
    case 'int':
      return (value, writer) => {
        if (typeof value !== 'number' || value !== (value | 0)) return false
        writer.long(value)
        return true
      }
    case 'long':
      return (value, writer) => {
        if (typeof value !== 'number' || !Number.isSafeInteger(value)) return false
        writer.long(value)
        return true
      }
    case 'bytes':
      return encodeBytes
    case 'date':
      return (value, writer) => {
        const at = typeof value === 'string' ? exactDay(value) : undefined
        if (at === undefined) return false
        writer.long(at / msPerDay)
        return true
      }
    case 'instant':
      return (value, writer) => {
        const at = typeof value === 'string' ? exactInstant(value) : undefined
        if (at === undefined) return false
        writer.long(at)
        return true
      }
    case 'enum': {
      const indexes = new Map<unknown, number>(shape.symbols.map((symbol, index) => [symbol, index]))
      return (value, writer) => {
        const index = indexes.get(value)
        if (index === undefined) return false
        writer.long(index)
        return true
      }
    }
    case 'array':
      return arrayEncoder(encoderOf(shape.items, items), items)
    case 'record':
      return recordEncoder(shape, items)
  }
}

function encodeBytes(value: Json | undefined, writer: AvroWriter): boolean {
  const bytes = typeof value === 'string' ? exactBase64url(value) : undefined
  if (!bytes) return false
  writer.bytes(bytes)
  return true
}

function arrayEncoder(encode: Encoder, count: ItemCount): Encoder {
  return (value, writer) => {
    if (!Array.isArray(value) || value.length > count.left) return false
    count.left -= value.length
    if (value.length > 0) {
      writer.long(value.length)
      for (const item of value) if (!encode(item, writer)) return false
    }
    writer.byte(0)
    return true
  }
}

function recordEncoder(shape: RecordShape, items: ItemCount): Encoder {
  const fields = shape.fields.map(({ name, optional, shape: field }) => {
    const encode = encoderOf(field, items)
    const test = shape.name === attachmentRecord ? attachmentTest(name) : undefined
    return { name, optional, encode: test ? testedEncoder(encode, test) : encode }
  })
  const names = new Set(fields.map(({ name }) => name))
  return (value, writer) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return false
    const object = value as JsonObject
    for (const name in object) if (!names.has(name)) return false
    for (const { name, optional, encode } of fields) {
      const member = object[name]
      if (optional) writer.byte(member === undefined ? 0 : 2) // The branch of the union: null, or the value.
      if (member === undefined ? !optional : !encode(member, writer)) return false
    }
    return true
  }
}

const attachmentTests = new Map<string, (value: unknown) => boolean>()

/** Of a field of attachments, which are the same in all schemas; compiled once. */
function attachmentTest(name: string): ((value: unknown) => boolean) | undefined {
  const rule = attachmentRules[name]
  if (rule && !attachmentTests.has(name)) attachmentTests.set(name, compileTest(rule))
  return attachmentTests.get(name)
}

/** For a field that has rules beyond its type. */
function testedEncoder(encode: Encoder, test: (value: unknown) => boolean): Encoder {
  return (value, writer) => test(value) && encode(value, writer)
}
