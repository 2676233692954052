import { parseSchemaJson } from './avro-json.ts'
import { primitives } from './model.ts'
import { toName } from './names.ts'
import { rejectSchema } from './reject-schema.ts'

/**
 * The canonical text of a schema, as `parseWritten` parsed it: JSON in which all spellings of one schema are
 * the same text, with names in full, primitive types as strings, members and aliases in alphabetical order,
 * nothing that says what holds without it. Kept are `doc`, defaults, and what Avro does not define.
 *
 * Types that the texts in `referred` define are written into it where it first uses them. If `referred` is
 * absent, those types are not known, and names that it does not define are written in the namespace where
 * they are used. Valid schemas with the same references are then still the same if their texts are: those
 * references alone say whether such a name means that type or, if there is none, one without a namespace;
 * and the first can be written in full, the other cannot.
 *
 * Does not check whether the schema is Avro. Throws `BUS_SCHEMA_INVALID` for what is not JSON or nested too
 * deeply.
 */
export function canonicalOf(written: unknown, referred?: readonly string[]): string {
  const definitions = new Map<string, Definition>()
  for (const one of referred ?? []) new Reader(undefined, definitions).read(parseWritten(one), '')
  return JSON.stringify(new Reader(referred && definitions, new Map()).read(written, '')) ?? 'null'
}

/** As `canonicalOf`, of a text. */
export function canonicalText(text: string, referred?: readonly string[]): string {
  return canonicalOf(parseWritten(text), referred)
}

/** Parses a schema and keeps how its numbers are written. Throws `BUS_SCHEMA_INVALID`. */
export function parseWritten(text: string): unknown {
  return parseSchemaJson(text, rawJSON)
}

/** A value of a schema with the members of its objects in alphabetical order. */
export function sortedMembers(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sortedMembers)
  return isObject(value) ? sorted(value) : value
}

interface Definition {
  readonly schema: JsonObject
  /** The namespace where it stands. */
  readonly outer: string
}

type JsonObject = Readonly<Record<string, unknown>>

/** One text nests less; with the types it refers to written into it, a text could nest without a limit. */
const maxDepth = 1000
const namedKinds: ReadonlySet<unknown> = new Set(['record', 'enum', 'fixed'])

class Reader {
  readonly #defined: Map<string, Definition>
  readonly #referred: ReadonlyMap<string, Definition> | undefined
  #depth = 0

  constructor(referred: ReadonlyMap<string, Definition> | undefined, defined: Map<string, Definition>) {
    this.#referred = referred
    this.#defined = defined
  }

  read(schema: unknown, namespace: string): unknown {
    this.#depth += 1
    if (this.#depth > maxDepth) rejectSchema('', 'schema-too-deep')
    const read = this.#read(schema, namespace)
    this.#depth -= 1
    return read
  }

  #read(schema: unknown, namespace: string): unknown {
    if (typeof schema === 'string') return this.#name(schema, namespace)
    if (Array.isArray(schema)) return schema.map((branch) => this.read(branch, namespace))
    if (!isObject(schema)) return schema
    if (namedKinds.has(schema.type)) return this.#named(schema, namespace)
    // Members of named types mean nothing here.
    const {
      type,
      items,
      values,
      name,
      namespace: own,
      aliases,
      doc,
      fields,
      symbols,
      size,
      ...others
    } = schema
    if (type === 'array') return { ...sorted(others), type, items: this.read(items, namespace) }
    if (type === 'map') return { ...sorted(others), type, values: this.read(values, namespace) }
    const named = this.read(type, namespace)
    return Object.keys(others).length === 0 ? named : { ...sorted(others), type: named }
  }

  #name(text: string, namespace: string): unknown {
    if (primitives.has(text)) return text
    const near = text.includes('.') || namespace === '' ? text : `${namespace}.${text}`
    if (this.#defined.has(near)) return near
    if (this.#referred) {
      for (const name of [near, text]) {
        if (this.#defined.has(name)) return name
        const definition = this.#referred.get(name)
        if (definition) return this.#named(definition.schema, definition.outer)
      }
    }
    return near
  }

  #named(schema: JsonObject, outer: string): unknown {
    const { type, name, namespace: own, aliases, doc, fields, items, values, ...others } = schema
    const full = toName(name, typeof own === 'string' ? own : outer)
    if (!full) return sorted(schema)
    const { fullName, namespace } = full
    this.#defined.set(fullName, { schema, outer })
    return {
      ...sorted(others),
      ...written('doc', doc),
      ...alsoNamed(aliases, (alias) => toName(alias, namespace)?.fullName ?? alias),
      name: fullName,
      type,
      ...(Array.isArray(fields) ? { fields: fields.map((field) => this.#field(field, namespace)) } : {})
    }
  }

  #field(field: unknown, namespace: string): unknown {
    if (!isObject(field)) return field
    const { name, type, aliases, doc, order, ...others } = field
    return {
      ...sorted(others),
      ...written('doc', doc),
      ...alsoNamed(aliases, (alias) => alias),
      ...written('order', order === 'ascending' ? null : order),
      name,
      type: this.read(type, namespace)
    }
  }
}

function written(name: string, value: unknown): JsonObject {
  return value === undefined || value === null ? {} : { [name]: value }
}

function alsoNamed(aliases: unknown, nameOf: (alias: unknown) => unknown): JsonObject {
  if (!Array.isArray(aliases)) return aliases === undefined ? {} : { aliases }
  if (aliases.length === 0) return {}
  const areNames = aliases.every((alias) => typeof alias === 'string')
  return { aliases: areNames ? [...new Set(aliases.map(nameOf))].sort() : sortedMembers(aliases) }
}

function sorted(members: JsonObject): JsonObject {
  return Object.fromEntries(
    Object.entries(members)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, value]) => [name, sortedMembers(value)])
  )
}

const { rawJSON, isRawJSON } = JSON as unknown as {
  readonly rawJSON: (source: string) => object
  readonly isRawJSON: (value: unknown) => boolean
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !isRawJSON(value)
}
