import { createHash } from 'node:crypto'
import { parseSchemaJson } from '#protocol/avro/avro-json.ts'
import type { SchemaReference } from './schema-reference.ts'

/**
 * Identifies a schema: its JSON without white space and order of members, with numbers as written, and its
 * references. Schema ids depend on it, so it must never change. Throws `BUS_SCHEMA_INVALID`.
 */
export function contentOf(text: string, references: readonly SchemaReference[]): string {
  const refers = references.map(({ name, subject, version }) => [name, subject, version])
  return createHash('sha256')
    .update(JSON.stringify([sortedMembers(parseSchemaJson(text, rawJSON)), refers]))
    .digest('hex')
}

const { rawJSON, isRawJSON } = JSON as unknown as {
  readonly rawJSON: (source: string) => object
  readonly isRawJSON: (value: unknown) => boolean
}

function sortedMembers(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sortedMembers)
  if (typeof value !== 'object' || value === null || isRawJSON(value)) return value
  const members = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))
  return Object.fromEntries(members.map(([name, member]) => [name, sortedMembers(member)]))
}
