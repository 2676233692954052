import { hash } from 'node:crypto'
import { canonicalOf, parseWritten, sortedMembers } from '#protocol/avro/canonical-text.ts'
import { type SchemaReference, sortedReferences } from '#protocol/avro/schema-reference.ts'

/** What is known of a schema from its text and references alone. */
export interface SchemaContent {
  /**
   * Identifies a schema: its JSON without white space and order of members, with numbers as written, and its
   * references. Schema ids depend on it, so it must never change.
   */
  readonly hash: string
  /** Equal for valid schemas that are the same in any spelling, and refer to the same versions in any order. */
  readonly spelling: string
}

/** Throws `BUS_SCHEMA_INVALID` for what is not JSON. Takes up to some 100 ms for the largest schema. */
export function readContent(text: string, references: readonly SchemaReference[]): SchemaContent {
  const written = parseWritten(text)
  const canonical = canonicalOf(written, references.length === 0 ? [] : undefined)
  const refers = references.map(({ name, subject, version }) => [name, subject, version])
  return {
    hash: hash('sha256', JSON.stringify([sortedMembers(written), refers])),
    spelling: hash('sha256', JSON.stringify([canonical, sortedReferences(references)]))
  }
}

/** The contents of schemas looked at lately, so that a large one is read once and not at each step it goes through. */
export interface KnownContents {
  of(text: string, references: readonly SchemaReference[]): SchemaContent
  /** Whether it is known, or a matter of a millisecond. */
  isQuick(text: string, references: readonly SchemaReference[]): boolean
  /** Takes what was found elsewhere. */
  keep(text: string, references: readonly SchemaReference[], content: SchemaContent): void
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
  const known = new Map<string, SchemaContent>()
  const keyOf = (text: string, references: readonly SchemaReference[]): string =>
    hash('sha256', JSON.stringify(references) + text)

  const keep = (key: string, content: SchemaContent): SchemaContent => {
    const [oldest] = known.keys()
    if (known.size >= maxKnown && oldest !== undefined) known.delete(oldest)
    known.set(key, content)
    return content
  }

  return {
    of(text, references) {
      const key = keyOf(text, references)
      return known.get(key) ?? keep(key, readContent(text, references))
    },
    isQuick: (text, references) => text.length <= quickLength || known.has(keyOf(text, references)),
    keep: (text, references, content) => void keep(keyOf(text, references), content)
  }
}
