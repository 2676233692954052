import {
  backslash,
  closeBrace,
  closeBracket,
  comma,
  openBrace,
  openBracket,
  quote
} from '../bytes/json-characters.ts'
import { BusError } from '../errors/bus-error.ts'

/** JSON that keeps how a number was written: `1` is a bigint, `1.0` a number. The default of an int must be a bigint. */
export type AvroJson = null | boolean | bigint | number | string | readonly AvroJson[] | AvroJsonObject
export interface AvroJsonObject {
  readonly [name: string]: AvroJson
}

/** Limits of the registry, so that reading a schema takes bounded time. */
export const avroLimits = {
  /** UTF-8 bytes of one schema. */
  bytes: 262_144,
  /** UTF-8 bytes of a schema with all its references. */
  totalBytes: 1_048_576,
  references: 200,
  /** JSON values of a schema with all its references. */
  values: 20_000,
  /** Nesting of arrays and objects in JSON. */
  depth: 200,
  /** Characters of a name including its namespace. */
  nameLength: 1000
} as const

/** Parses schema texts as JSON, after checking the limits. Throws `BUS_SCHEMA_INVALID`. */
export function parseAvroTexts(texts: readonly string[]): readonly AvroJson[] {
  if (texts.length > avroLimits.references + 1) {
    throw new BusError('BUS_SCHEMA_INVALID', 'avro-too-many-references', {
      values: { limit: avroLimits.references }
    })
  }
  let bytes = 0
  let values = 0
  for (const text of texts) {
    const length = Buffer.byteLength(text)
    bytes += length
    if (length > avroLimits.bytes) tooLong(avroLimits.bytes)
    if (bytes > avroLimits.totalBytes) tooLong(avroLimits.totalBytes)
    values += countValues(text)
    if (values > avroLimits.values) {
      throw new BusError('BUS_SCHEMA_INVALID', 'avro-too-many-values', {
        values: { limit: avroLimits.values }
      })
    }
  }
  return texts.map((text) => parseSchemaJson(text, asWritten) as AvroJson)
}

/**
 * Parses one schema as JSON. `toNumber` converts the text of each number. Throws `BUS_SCHEMA_INVALID`, also
 * if the text nests too deeply.
 */
export function parseSchemaJson(text: string, toNumber: (source: string) => unknown): unknown {
  countValues(text)
  try {
    return JSON.parse(text, (_name, value: unknown, context?: { readonly source: string }) =>
      typeof value === 'number' && context ? toNumber(context.source) : value
    )
  } catch (cause) {
    throw new BusError('BUS_SCHEMA_INVALID', 'schema-not-json', { cause })
  }
}

export function isObject(value: AvroJson | undefined): value is AvroJsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

export function isArray(value: AvroJson | undefined): value is readonly AvroJson[] {
  return Array.isArray(value)
}

function tooLong(limit: number): never {
  throw new BusError('BUS_SCHEMA_INVALID', 'avro-too-long', { values: { limit } })
}

/** An upper bound of the number of values in the text. Throws if they nest too deeply. */
function countValues(text: string): number {
  let count = 1
  let depth = 0
  for (let at = 0; at < text.length; at += 1) {
    const character = text.charCodeAt(at)
    if (character === quote) at = endOfString(text, at)
    else if (character === comma) count += 1
    else if (character === openBrace || character === openBracket) {
      count += 1
      depth += 1
      if (depth > avroLimits.depth) {
        throw new BusError('BUS_SCHEMA_INVALID', 'schema-too-deep', { values: { field: '/' } })
      }
    } else if (character === closeBrace || character === closeBracket) depth -= 1
  }
  return count
}

function endOfString(text: string, start: number): number {
  let at = start + 1
  while (at < text.length && text.charCodeAt(at) !== quote) at += text.charCodeAt(at) === backslash ? 2 : 1
  return at
}

const wholeNumber = /^-?[0-9]+$/

function asWritten(source: string): bigint | number {
  return wholeNumber.test(source) && source.length <= longestWholeNumber ? BigInt(source) : Number(source)
}

/** A longer number is out of every range, and converting it to a bigint takes time quadratic in its length. */
const longestWholeNumber = 40
