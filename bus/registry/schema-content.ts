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
  /** Whether it is known to be Avro. */
  isValid(text: string, references: readonly SchemaReference[]): boolean
  /** Takes what was found elsewhere, of a schema that is Avro. */
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

interface KnownContent {
  readonly content: SchemaContent
  readonly isValid: boolean
}

function createKnownContents(): KnownContents {
  const known = new Map<string, KnownContent>()
  const keyOf = (text: string, references: readonly SchemaReference[]): string =>
    hash('sha256', JSON.stringify(references) + text)

  const keep = (key: string, one: KnownContent): SchemaContent => {
    const [oldest] = known.keys()
    if (known.size >= maxKnown && oldest !== undefined) known.delete(oldest)
    known.set(key, one)
    return one.content
  }

  return {
    of(text, references) {
      const key = keyOf(text, references)
      return known.get(key)?.content ?? keep(key, { content: readContent(text, references), isValid: false })
    },
    isQuick: (text, references) => text.length <= quickLength || known.has(keyOf(text, references)),
    isValid: (text, references) => known.get(keyOf(text, references))?.isValid === true,
    keep: (text, references, content) => void keep(keyOf(text, references), { content, isValid: true })
  }
}
