import type { AvroJson, AvroJsonObject } from './avro-json.ts'

/**
 * An Avro type. Recursive schemas are cyclic: each named type is one object, and so is each primitive
 * without a logical type. Compatibility ignores logical types and `written`; the payload profile uses them.
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
  /** With its namespace, if it has one. */
  readonly fullName: string
  /** Full names. */
  readonly aliases: ReadonlySet<string>
}

export interface RecordType extends Named {
  readonly kind: 'record'
  /** In the order in which they are written. */
  readonly fields: ReadonlyMap<string, Field>
  /** As written in the schema, with its doc. */
  readonly written: AvroJsonObject
}

export interface Field {
  readonly name: string
  readonly aliases: readonly string[]
  readonly type: AvroType
  readonly hasDefault: boolean
  /** As written in the schema: with its default, its doc, and members that Avro does not define. */
  readonly written: AvroJsonObject
}

export interface EnumType extends Named {
  readonly kind: 'enum'
  readonly symbols: ReadonlySet<string>
  /** Symbol that a reader uses instead of one that it does not know. */
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
