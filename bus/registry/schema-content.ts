import { hash } from 'node:crypto'
import { parseSchemaJson } from '#protocol/avro/avro-json.ts'
import type { SchemaReference } from './schema-reference.ts'

/**
 * Identifies a schema: its JSON without white space and order of members, with numbers as written, and its
 * references. Schema ids depend on it, so it must never change. Throws `BUS_SCHEMA_INVALID`. Takes up to
 * some 50 ms for the largest schema.
 */
export function contentOf(text: string, references: readonly SchemaReference[]): string {
  const refers = references.map(({ name, subject, version }) => [name, subject, version])
  return hash('sha256', JSON.stringify([sortedMembers(parseSchemaJson(text, rawJSON)), refers]))
}

/** The contents of schemas looked at lately, so that a large one is read once and not at each step it goes through. */
export interface KnownContents {
  /** As `contentOf`. */
  of(text: string, references: readonly SchemaReference[]): string
  /** Whether it is known, or a matter of a millisecond. */
  isQuick(text: string, references: readonly SchemaReference[]): boolean
  /** Takes what was found elsewhere. */
  keep(text: string, references: readonly SchemaReference[], content: string): void
}

/** Beside each state and no part of it: acts make none of this. */
const ofStates = new WeakMap<object, KnownContents>()

/** Those of a registry. */
export function contentsOf(state: object): KnownContents {
  const known = ofStates.get(state) ?? createKnownContents()
  ofStates.set(state, known)
  return known
}

const maxKnown = 1000
const quickLength = 8192

function createKnownContents(): KnownContents {
  const known = new Map<string, string>()
  const keyOf = (text: string, references: readonly SchemaReference[]): string =>
    hash('sha256', JSON.stringify(references) + text)

  const keep = (key: string, content: string): string => {
    const [oldest] = known.keys()
    if (known.size >= maxKnown && oldest !== undefined) known.delete(oldest)
    known.set(key, content)
    return content
  }

  return {
    of(text, references) {
      const key = keyOf(text, references)
      return known.get(key) ?? keep(key, contentOf(text, references))
    },
    isQuick: (text, references) => text.length <= quickLength || known.has(keyOf(text, references)),
    keep: (text, references, content) => void keep(keyOf(text, references), content)
  }
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
