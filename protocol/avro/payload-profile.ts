import type { AvroJson } from './avro-json.ts'
import type { AvroType, EnumType, Field, NamedType, PrimitiveType, RecordType } from './model.ts'
import {
  attachmentFields,
  attachmentRecord,
  type FieldShape,
  type RecordShape,
  type Shape
} from './payload-shape.ts'
import { rejectSchema } from './reject-schema.ts'

const maxNameLength = 200
const maxDepth = 16
const maxFields = 1000
const maxSymbols = 500

/**
 * Checks that a schema is within the payload profile and returns its shape. The profile: one record; every
 * field has a `doc`; optional means a union with null, default null; no floating point, no maps, no
 * recursion; `lienthong.Attachment` is the same everywhere. Throws `BUS_SCHEMA_INVALID` naming the field.
 */
export function toPayloadShape(type: AvroType): RecordShape {
  const shape = new ProfileCheck().shapeOf(type, '', 0)
  return shape.kind === 'record' ? shape : rejectSchema('', 'schema-not-a-record')
}

class ProfileCheck {
  readonly #records = new Map<RecordType, { readonly shape: Shape; readonly fields: number }>()
  readonly #open = new Set<RecordType>()
  /** Fields so far. Counts a record again at each use, as in what is generated from the shape. */
  #fields = 0

  shapeOf(type: AvroType, path: string, depth: number): Shape {
    if (depth > maxDepth) rejectSchema(path, 'schema-too-deep')
    switch (type.kind) {
      case 'record':
        return this.#record(type, path, depth)
      case 'enum':
        return enumShape(type, path)
      case 'array':
        return { kind: 'array', items: this.shapeOf(type.items, `${path}[]`, depth + 1) }
      case 'map':
      case 'fixed':
      case 'union':
        return rejectSchema(path, 'schema-type-refused', type.kind)
      default:
        return primitiveShape(type, path)
    }
  }

  #record(type: RecordType, path: string, depth: number): Shape {
    if (this.#open.has(type)) rejectSchema(path, 'schema-recursive', type.fullName)
    const known = this.#records.get(type)
    if (known) {
      this.#countFields(known.fields, path)
      return known.shape
    }
    checkName(type, path)
    if (type.fields.size === 0) rejectSchema(path, 'schema-record-empty', type.fullName)
    const before = this.#fields
    this.#open.add(type)
    const fields = [...type.fields.values()].map((field) => this.#field(field, path, depth))
    this.#open.delete(type)
    const { doc, flow, expects } = type.written
    const shape: RecordShape = {
      kind: 'record',
      name: type.fullName,
      doc: textOf(doc),
      fields,
      flow,
      expects
    }
    if (shape.name === attachmentRecord && !isAttachment(shape)) {
      rejectSchema(path, 'schema-attachment-malformed')
    }
    this.#records.set(type, { shape, fields: this.#fields - before })
    return shape
  }

  #field({ name, type, hasDefault, written }: Field, parent: string, depth: number): FieldShape {
    if (!isSafeName(name)) rejectSchema(parent, 'schema-field-malformed', name)
    const path = parent === '' ? name : `${parent}.${name}`
    this.#countFields(1, path)
    const { personal = false, sender, subject } = written
    const doc = textOf(written.doc)
    if (doc.trim() === '') rejectSchema(path, 'schema-field-without-doc')
    if (typeof personal !== 'boolean') return rejectSchema(path, 'schema-field-malformed', personal)
    const optional = type.kind === 'union'
    if (!optional && hasDefault) rejectSchema(path, 'schema-default-refused')
    const given = optional ? givenType(type.branches, written.default, path) : type
    const shape = this.shapeOf(given, path, depth + 1)
    return { name, doc, personal, sender, subject, optional, shape }
  }

  #countFields(count: number, path: string): void {
    this.#fields += count
    if (this.#fields > maxFields) rejectSchema(path, 'schema-too-large')
  }
}

/** The type of an optional field when it is present. */
function givenType(
  [first, given, ...more]: readonly AvroType[],
  byDefault: AvroJson | undefined,
  path: string
): AvroType {
  const isOptional = first?.kind === 'null' && byDefault === null && more.length === 0
  return isOptional && given ? given : rejectSchema(path, 'schema-optional-malformed')
}

function primitiveShape({ kind, logicalType }: PrimitiveType, path: string): Shape {
  if (kind === 'int' && logicalType === 'date') return { kind: 'date' }
  if (kind === 'long' && logicalType === 'timestamp-millis') return { kind: 'instant' }
  if (logicalType !== undefined || kind === 'null' || kind === 'float' || kind === 'double') {
    return rejectSchema(path, 'schema-type-refused', logicalType ?? kind)
  }
  return { kind }
}

function enumShape(type: EnumType, path: string): Shape {
  checkName(type, path)
  const symbols = [...type.symbols]
  if (symbols.length === 0 || symbols.length > maxSymbols || !symbols.every(isSafeName)) {
    rejectSchema(path, 'schema-enum-malformed', type.fullName)
  }
  return { kind: 'enum', name: type.fullName, symbols }
}

const refusedNames: ReadonlySet<string> = new Set(['fixed', 'map', 'prototype'])

function checkName({ name, fullName }: NamedType, path: string): void {
  if (fullName.length > maxNameLength || refusedNames.has(name)) {
    rejectSchema(path, 'schema-name-malformed', fullName)
  }
}

/** Whether a name is safe as a member of an object: not a name that every object inherits. */
function isSafeName(name: string): boolean {
  return !(name in Object.prototype) && name !== 'prototype'
}

function isAttachment({ fields }: RecordShape): boolean {
  return (
    fields.length === Object.keys(attachmentFields).length &&
    fields.every(({ name, optional, shape }) => !optional && attachmentFields[name] === shape.kind)
  )
}

function textOf(value: AvroJson | undefined): string {
  return typeof value === 'string' ? value : ''
}
