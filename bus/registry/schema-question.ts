import { hash } from 'node:crypto'
import type { CompatibilityLevel } from '#protocol/avro/compatibility/incompatibilities.ts'
import type { SchemaReference } from '#protocol/avro/schema-reference.ts'
import { BusError } from '#protocol/errors/bus-error.ts'
import { domainOf } from '#protocol/events/event.ts'
import {
  levelOf,
  type NewVersion,
  type RegistryState,
  type SchemaEntry,
  type SchemaText,
  schemaWith,
  type VersionEntry
} from './registry-state.ts'

/** A text, and those of all schemas it refers to, each after those it refers to itself. */
export interface SchemaTexts {
  readonly text: string
  readonly referred: readonly string[]
}

/**
 * Whether a schema is valid, and what makes it incompatible with others. It is
 * quickly made of the state; the answer takes milliseconds or more, in any thread.
 */
export interface SchemaQuestion extends SchemaTexts {
  readonly references: readonly SchemaReference[]
  /** The same for the same question, asked in the same state of what it is about. */
  readonly key: string
  readonly level: CompatibilityLevel
  /** The versions it is compared with, oldest first. */
  readonly earlier: readonly (SchemaTexts & { readonly version: number })[]
  /** A version that there is no time to read, nor those before it. */
  readonly unread: number | undefined
  /** The event type it is to be a schema of, and the texts of all it has had: what was written with them is read for ever. */
  readonly event: { readonly type: string; readonly texts: readonly string[] } | undefined
}

/** Characters of schemas that are read to answer one question; some 100 ms. */
const maxRead = 1_048_576

/** Whether a schema is Avro, and which of `others` is the same schema with its references written as definitions. */
export interface SpellingQuestion extends SchemaTexts {
  readonly references: readonly SchemaReference[]
  readonly key: undefined
  readonly others: readonly SchemaTexts[]
}

/**
 * Asks which of some versions has a schema that refers to others where this one defines the types itself;
 * `candidates` are those versions, in the order of the answer. Newer ones come first, as many as there is
 * time to read. Throws `BUS_SCHEMA_INVALID` where a reference names no version.
 */
export function spellingQuestion(
  state: RegistryState,
  { text, references }: SchemaText,
  versions: readonly VersionEntry[]
): { readonly question: SpellingQuestion; readonly candidates: readonly VersionEntry[] } {
  const candidates: VersionEntry[] = []
  const others: SchemaTexts[] = []
  let left = maxRead
  for (const version of references.length === 0 ? versions.toReversed() : []) {
    const entry = schemaWith(state, version.id)
    if (!entry || entry.references.length === 0) continue
    const texts = { text: entry.text, referred: textsOf(state, entry.references) }
    left -= lengthOf(texts)
    if (left < 0) break
    candidates.push(version)
    others.push(texts)
  }
  const referred = textsOf(state, references)
  return { question: { text, references, referred, key: undefined, others }, candidates }
}

/** Asks whether a schema goes with versions of a subject. Throws `BUS_SCHEMA_INVALID` where a reference names no version, or a deleted one. */
export function compatibilityQuestion(
  state: RegistryState,
  { subject, text, references }: Omit<NewVersion, 'type'>,
  versions: readonly VersionEntry[]
): SchemaQuestion {
  const level = levelOf(state, subject)
  const earlier: (SchemaTexts & { version: number })[] = []
  let unread: number | undefined
  let left = maxRead
  for (const { version, id } of relevantTo(level, versions).toReversed()) {
    const entry = schemaWith(state, id)
    if (!entry) continue
    const texts = { text: entry.text, referred: textsOf(state, entry.references) }
    left -= lengthOf(texts)
    if (left < 0 && earlier.length > 0) {
      unread = version
      break
    }
    earlier.unshift({ version, ...texts })
  }
  const key = JSON.stringify([hash('sha256', text), references, level, subject, versions.map(({ id }) => id)])
  return {
    key,
    text,
    references,
    referred: newTextsOf(state, references),
    level,
    earlier,
    unread,
    event: undefined
  }
}

/**
 * Asks whether a schema may be a new version of its subject. Throws
 * `BUS_SCHEMA_INVALID` for what is known without reading it. `domains` are
 * those that have a topic.
 */
export function newVersionQuestion(
  state: RegistryState,
  version: NewVersion,
  domains: ReadonlySet<string>
): SchemaQuestion {
  const { subject, type, references } = version
  const question = compatibilityQuestion(state, version, liveVersions(state, subject))
  if (type === undefined) return question
  if (references.length > 0) {
    throw new BusError('BUS_SCHEMA_INVALID', 'schema-references-refused', { values: { type } })
  }
  const domain = domainOf(type)
  if (!domains.has(domain)) {
    throw new BusError('BUS_SCHEMA_INVALID', 'schema-domain-unknown', { values: { domain } })
  }
  const all = state.subjects.get(subject)?.versions ?? []
  const texts = all.map(({ id }) => schemaWith(state, id)?.text ?? '')
  return { ...question, key: `${question.key} ${type} ${all.length}`, event: { type, texts } }
}

function relevantTo(level: CompatibilityLevel, versions: readonly VersionEntry[]): readonly VersionEntry[] {
  if (level === 'NONE') return []
  return level.endsWith('_TRANSITIVE') ? versions : versions.slice(-1)
}

function lengthOf({ text, referred }: SchemaTexts): number {
  return referred.reduce((sum, one) => sum + one.length, text.length)
}

/** Versions of a subject that are not deleted, oldest first. */
export function liveVersions(state: RegistryState, subject: string): readonly VersionEntry[] {
  return state.subjects.get(subject)?.versions.filter(({ deleted }) => !deleted) ?? []
}

/** As `textsOf`, for a new schema: it may not refer to a deleted version. */
function newTextsOf(state: RegistryState, references: readonly SchemaReference[]): readonly string[] {
  for (const { name, subject, version } of references) {
    const isLive = liveVersions(state, subject).some((one) => one.version === version)
    if (!isLive) unknownReference({ name, subject, version })
  }
  return textsOf(state, references)
}

/** Texts of all schemas referred to, directly or not, each once and after those it refers to. */
function textsOf(state: RegistryState, references: readonly SchemaReference[]): readonly string[] {
  const done = new Set<number>()
  const texts: string[] = []
  const visit = ({ name, subject, version }: SchemaReference): void => {
    const entry = entryOf(state, subject, version)
    if (!entry) return unknownReference({ name, subject, version })
    if (done.has(entry.id)) return
    done.add(entry.id)
    // What is registered refers only to what was there before it: this ends.
    for (const reference of entry.references) visit(reference)
    texts.push(entry.text)
  }
  for (const reference of references) visit(reference)
  return texts
}

function unknownReference({ name, subject, version }: SchemaReference): never {
  throw new BusError('BUS_SCHEMA_INVALID', 'schema-reference-unknown', { values: { name, subject, version } })
}

function entryOf(state: RegistryState, subject: string, version: number): SchemaEntry | undefined {
  const found = state.subjects.get(subject)?.versions.find((one) => one.version === version)
  return found && schemaWith(state, found.id)
}
