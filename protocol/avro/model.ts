import type { AvroJson, AvroJsonObject } from './avro-json.ts'

/**
 * A type of Avro. Recursive schemas are cycles; each named type is one object,
 * and so is each primitive without a logical type. Whether data can be read is
 * decided without logical types and without what is `written` beside: those
 * are for the payload profile.
 */
export type AvroType = PrimitiveType | ArrayType | MapType | UnionType | NamedType

export type NamedType = RecordType | EnumType | FixedType

export type PrimitiveKind = 'null' | 'boolean' | 'int' | 'long' | 'float' | 'double' | 'bytes' | 'string'

export interface PrimitiveType {
  readonly kind: PrimitiveKind
  readonly logicalType?: AvroJson
}

export interface ArrayType {
  readonly kind: 'array'
  readonly items: AvroType
}

export interface MapType {
  readonly kind: 'map'
  readonly values: AvroType
}

export interface UnionType {
  readonly kind: 'union'
  readonly branches: readonly AvroType[]
}

interface Named {
  /** Without its namespace. */
  readonly name: string
  /** With its namespace, where it has one. */
  readonly fullName: string
  /** Full names. */
  readonly aliases: ReadonlySet<string>
}

export interface RecordType extends Named {
  readonly kind: 'record'
  /** In the order they are written in. */
  readonly fields: ReadonlyMap<string, Field>
  /** As it stands in the schema, with its doc. */
  readonly written: AvroJsonObject
}

export interface Field {
  readonly name: string
  readonly aliases: readonly string[]
  readonly type: AvroType
  readonly hasDefault: boolean
  /** As it stands in the schema: with its default, its doc, and members that are not Avro's own. */
  readonly written: AvroJsonObject
}

export interface EnumType extends Named {
  readonly kind: 'enum'
  readonly symbols: ReadonlySet<string>
  /** What a reader takes a symbol for that it does not have. */
  readonly fallback: string | undefined
}

export interface FixedType extends Named {
  readonly kind: 'fixed'
  /** In bytes. */
  readonly size: number
}

const kinds: readonly PrimitiveKind[] = [
  'null',
  'boolean',
  'int',
  'long',
  'float',
  'double',
  'bytes',
  'string'
]

/** The primitive types by name. */
export const primitives: ReadonlyMap<string, PrimitiveType> = new Map(kinds.map((kind) => [kind, { kind }]))
