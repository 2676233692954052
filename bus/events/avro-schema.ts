import { BusError } from '#bus/errors/bus-error.ts'
import type { Fault } from '#bus/errors/faults.ts'

/** A payload's shape, read from Avro: only what the profile of an event type allows. */
export type Shape =
  | { readonly kind: 'string' | 'boolean' | 'bytes' | 'int' | 'long' | 'date' | 'instant' }
  | { readonly kind: 'enum'; readonly name: string; readonly symbols: readonly string[] }
  | { readonly kind: 'array'; readonly items: Shape }
  | RecordShape

export interface RecordShape {
  readonly kind: 'record'
  /** Full name, namespace included. */
  readonly name: string
  readonly doc: string
  readonly fields: readonly FieldShape[]
}

export interface FieldShape {
  readonly name: string
  readonly doc: string
  readonly personal: boolean
  readonly optional: boolean
  readonly shape: Shape
}

const nameGrammar = /^[A-Za-z_][A-Za-z0-9_]*$/
const forbiddenNames = new Set(['__proto__', 'prototype', 'constructor'])
const maxDepth = 16
const maxFields = 500

/**
 * Reads an Avro schema that may become an event type: one record; every field
 * with `doc`; optional means a union with null, default null; no floating
 * point, no maps, no recursion. Throws `BUS_SCHEMA_INVALID` naming the field.
 */
export function readEventSchema(text: string): RecordShape {
  const schema = parseSchema(text)
  const shape = new SchemaReader().read(schema, '', '', 0)
  if (shape.kind !== 'record') return refuse('', 'schema-not-a-record')
  return shape
}

function parseSchema(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw new BusError('BUS_SCHEMA_INVALID', 'schema-not-json', { cause })
  }
}

function refuse(field: string, fault: Fault, got = ''): never {
  throw new BusError('BUS_SCHEMA_INVALID', fault, { values: { field, got } })
}

type Members = Readonly<Record<string, unknown>>

function isMembers(value: unknown): value is Members {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

class SchemaReader {
  readonly #named = new Map<string, Shape>()
  readonly #open = new Set<string>()
  #fields = 0

  read(schema: unknown, path: string, namespace: string, depth: number): Shape {
    if (depth > maxDepth) return refuse(path, 'schema-too-deep')
    if (typeof schema === 'string') return this.#byName(schema, path, namespace)
    if (!isMembers(schema))
      return refuse(path, 'schema-type-refused', Array.isArray(schema) ? 'union' : typeof schema)
    const { type, logicalType } = schema
    if (type === 'record') return this.#record(schema, path, namespace, depth)
    if (type === 'enum') return this.#enum(schema, path, namespace)
    if (type === 'array')
      return { kind: 'array', items: this.read(schema.items, `${path}[]`, namespace, depth + 1) }
    if (type === 'int' && logicalType === 'date') return { kind: 'date' }
    if (type === 'long' && logicalType === 'timestamp-millis') return { kind: 'instant' }
    if (logicalType !== undefined) return refuse(path, 'schema-type-refused', String(logicalType))
    return this.read(type, path, namespace, depth + 1)
  }

  #byName(name: string, path: string, namespace: string): Shape {
    if (['string', 'boolean', 'bytes', 'int', 'long'].includes(name)) return { kind: name as 'string' }
    const full = name.includes('.') || namespace === '' ? name : `${namespace}.${name}`
    if (this.#open.has(full)) return refuse(path, 'schema-recursive', full)
    return this.#named.get(full) ?? refuse(path, 'schema-type-refused', name)
  }

  #record(schema: Members, path: string, outer: string, depth: number): Shape {
    const { full, namespace } = this.#name(schema, path, outer)
    if (!Array.isArray(schema.fields)) return refuse(path, 'schema-type-refused', 'record')
    this.#open.add(full)
    const names = new Set<string>()
    const fields = schema.fields.map((field: unknown): FieldShape => {
      if (!isMembers(field)) return refuse(path, 'schema-field-malformed')
      const name = String(field.name)
      const at = path === '' ? name : `${path}.${name}`
      if (!nameGrammar.test(name) || forbiddenNames.has(name) || names.has(name))
        refuse(at, 'schema-field-malformed')
      names.add(name)
      this.#fields += 1
      if (this.#fields > maxFields) refuse(at, 'schema-too-large')
      return this.#field(field, name, at, namespace, depth)
    })
    this.#open.delete(full)
    const shape: RecordShape = { kind: 'record', name: full, doc: String(schema.doc ?? ''), fields }
    this.#named.set(full, shape)
    return shape
  }

  #field(field: Members, name: string, at: string, namespace: string, depth: number): FieldShape {
    const { doc, type } = field
    if (typeof doc !== 'string' || doc === '') refuse(at, 'schema-field-without-doc')
    const optional = Array.isArray(type)
    if (optional && !(type.length === 2 && type[0] === 'null' && field.default === null)) {
      refuse(at, 'schema-optional-malformed')
    }
    if (!optional && 'default' in field) refuse(at, 'schema-default-refused')
    const inner: unknown = optional ? type[1] : type
    const shape = this.read(inner, at, namespace, depth + 1)
    return { name, doc: String(doc), personal: field.personal === true, optional, shape }
  }

  #enum(schema: Members, path: string, outer: string): Shape {
    const { full } = this.#name(schema, path, outer)
    const { symbols } = schema
    const good = Array.isArray(symbols) && symbols.length > 0 && symbols.length <= 500
    if (!good || !symbols.every((symbol) => typeof symbol === 'string' && nameGrammar.test(symbol))) {
      return refuse(path, 'schema-type-refused', 'enum')
    }
    const shape: Shape = { kind: 'enum', name: full, symbols: symbols as string[] }
    this.#named.set(full, shape)
    return shape
  }

  #name({ name, namespace: own }: Members, path: string, outer: string): { full: string; namespace: string } {
    if (typeof name !== 'string' || name.length > 200) return refuse(path, 'schema-name-malformed')
    const dot = name.lastIndexOf('.')
    const namespace = dot > 0 ? name.slice(0, dot) : typeof own === 'string' ? own : outer
    const short = name.slice(dot + 1)
    if (
      !nameGrammar.test(short) ||
      !(namespace === '' || namespace.split('.').every((part) => nameGrammar.test(part)))
    ) {
      refuse(path, 'schema-name-malformed', name)
    }
    const full = namespace === '' ? short : `${namespace}.${short}`
    if (this.#named.has(full) || this.#open.has(full)) refuse(path, 'schema-name-twice', full)
    return { full, namespace }
  }
}
