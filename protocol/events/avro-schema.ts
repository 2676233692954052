import {
  attachmentFields,
  attachmentRecord,
  type FieldShape,
  type RecordShape,
  type Shape
} from '../avro/payload-shape.ts'
import { BusError } from '../errors/bus-error.ts'
import type { Fault } from '../errors/faults.ts'
import { isJsonObject, type Json, type JsonObject } from './json.ts'
import { parseStrictJson } from './strict-json.ts'

const primitives: ReadonlySet<string> = new Set(['string', 'boolean', 'bytes', 'int', 'long'])
const refusedNames: ReadonlySet<string> = new Set([
  ...primitives,
  'null',
  'float',
  'double',
  'fixed',
  'map',
  'prototype'
])
const nameGrammar = /^[A-Za-z_][A-Za-z0-9_]*$/
const maxNameLength = 200
const maxDepth = 16
const maxFields = 1000
const maxSymbols = 500

/**
 * Reads an Avro schema that may become an event type: one record; every field
 * with `doc`; optional means a union with null, default null; no floating
 * point, no maps, no recursion; `lienthong.Attachment` is what it is
 * everywhere. Throws `BUS_SCHEMA_INVALID` naming the field.
 */
export function readEventSchema(text: string): RecordShape {
  const shape = new SchemaReader().read(parseSchema(text), '', '', 0)
  return shape.kind === 'record' ? shape : refuse('', 'schema-not-a-record')
}

function parseSchema(text: string): Json {
  try {
    return parseStrictJson(Buffer.from(text))
  } catch (cause) {
    throw new BusError('BUS_SCHEMA_INVALID', 'schema-not-json', { cause })
  }
}

function refuse(field: string, fault: Fault, got: Json = ''): never {
  const text = typeof got === 'string' ? got : JSON.stringify(got)
  throw new BusError('BUS_SCHEMA_INVALID', fault, {
    values: { field: field || '/', got: text.slice(0, 100) }
  })
}

class SchemaReader {
  readonly #named = new Map<string, { readonly shape: Shape; readonly fields: number }>()
  readonly #open = new Set<string>()
  /** Fields so far with every use of a named type counted again, as in what is generated from the shape. */
  #fields = 0

  read(schema: Json | undefined, path: string, namespace: string, depth: number): Shape {
    if (depth > maxDepth) refuse(path, 'schema-too-deep')
    if (typeof schema === 'string') return this.#byName(schema, path, namespace)
    if (!isJsonObject(schema))
      return refuse(path, 'schema-type-refused', Array.isArray(schema) ? 'union' : schema)
    const { type, logicalType } = schema
    if (type === 'record') return this.#record(schema, path, namespace, depth)
    if (type === 'enum') return this.#enum(schema, path, namespace)
    if (type === 'array')
      return { kind: 'array', items: this.read(schema.items, `${path}[]`, namespace, depth + 1) }
    if (type === 'int' && logicalType === 'date') return { kind: 'date' }
    if (type === 'long' && logicalType === 'timestamp-millis') return { kind: 'instant' }
    if (logicalType !== undefined) refuse(path, 'schema-type-refused', logicalType)
    return this.read(type, path, namespace, depth + 1)
  }

  #byName(name: string, path: string, namespace: string): Shape {
    if (primitives.has(name)) return { kind: name as 'string' }
    const full = name.includes('.') || namespace === '' ? name : `${namespace}.${name}`
    if (this.#open.has(full)) refuse(path, 'schema-recursive', full)
    const known = this.#named.get(full) ?? refuse(path, 'schema-type-refused', name)
    this.#countFields(known.fields, path)
    return known.shape
  }

  #record(schema: JsonObject, path: string, outer: string, depth: number): Shape {
    const { full, namespace } = this.#name(schema, path, outer)
    const { fields: members } = schema
    if (!isArray(members) || members.length === 0) return refuse(path, 'schema-record-empty', full)
    const before = this.#fields
    this.#open.add(full)
    const names = new Set<string>()
    const fields = members.map((member): FieldShape => {
      const name = isJsonObject(member) ? member.name : undefined
      if (!isJsonObject(member) || !isName(name) || names.has(name)) {
        return refuse(path, 'schema-field-malformed', name ?? member)
      }
      names.add(name)
      return this.#field(member, name, path === '' ? name : `${path}.${name}`, namespace, depth)
    })
    this.#open.delete(full)
    const shape: RecordShape = { kind: 'record', name: full, doc: textOf(schema.doc), fields }
    if (full === attachmentRecord && !isAttachment(shape)) refuse(path, 'schema-attachment-malformed')
    this.#named.set(full, { shape, fields: this.#fields - before })
    return shape
  }

  #field(field: JsonObject, name: string, path: string, namespace: string, depth: number): FieldShape {
    this.#countFields(1, path)
    const { doc, type, personal = false } = field
    if (textOf(doc).trim() === '') refuse(path, 'schema-field-without-doc')
    if (typeof personal !== 'boolean') return refuse(path, 'schema-field-malformed', personal)
    const optional = isArray(type)
    if (optional && !(type.length === 2 && type[0] === 'null' && field.default === null)) {
      refuse(path, 'schema-optional-malformed')
    }
    if (!optional && 'default' in field) refuse(path, 'schema-default-refused')
    const shape = this.read(optional ? type[1] : type, path, namespace, depth + 1)
    return { name, doc: textOf(doc), personal, optional, shape }
  }

  #enum(schema: JsonObject, path: string, outer: string): Shape {
    const { full } = this.#name(schema, path, outer)
    const symbols = isArray(schema.symbols) ? schema.symbols.filter(isName) : []
    const given = isArray(schema.symbols) ? schema.symbols.length : 0
    if (given === 0 || given > maxSymbols || new Set(symbols).size !== given) {
      refuse(path, 'schema-enum-malformed', full)
    }
    const shape: Shape = { kind: 'enum', name: full, symbols }
    this.#named.set(full, { shape, fields: 0 })
    return shape
  }

  #name(
    { name, namespace: own }: JsonObject,
    path: string,
    outer: string
  ): { full: string; namespace: string } {
    const parts = textOf(name).split('.')
    const short = parts.at(-1) ?? ''
    const inherited = typeof own === 'string' ? own : outer
    const namespace = parts.length > 1 ? parts.slice(0, -1).join('.') : inherited
    const full = namespace === '' ? short : `${namespace}.${short}`
    if (
      full.length > maxNameLength ||
      !full.split('.').every((part) => nameGrammar.test(part)) ||
      refusedNames.has(short)
    ) {
      refuse(path, 'schema-name-malformed', name)
    }
    if (this.#named.has(full) || this.#open.has(full)) refuse(path, 'schema-name-twice', full)
    return { full, namespace }
  }

  #countFields(count: number, path: string): void {
    this.#fields += count
    if (this.#fields > maxFields) refuse(path, 'schema-too-large')
  }
}

/** A name that is safe as a member of an object, too: not one that every object inherits. */
function isName(name: Json | undefined): name is string {
  return (
    typeof name === 'string' && nameGrammar.test(name) && !(name in Object.prototype) && name !== 'prototype'
  )
}

function isAttachment({ fields }: RecordShape): boolean {
  return (
    fields.length === Object.keys(attachmentFields).length &&
    fields.every(({ name, optional, shape }) => !optional && attachmentFields[name] === shape.kind)
  )
}

function isArray(value: Json | undefined): value is readonly Json[] {
  return Array.isArray(value)
}

function textOf(value: Json | undefined): string {
  return typeof value === 'string' ? value : ''
}
