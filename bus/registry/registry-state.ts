import type { CompatibilityLevel } from '#protocol/avro/compatibility/incompatibilities.ts'
import type { SchemaReference } from '#protocol/avro/schema-reference.ts'
import { BusError } from '#protocol/errors/bus-error.ts'
import { contentsOf, type SchemaContent } from './schema-content.ts'

/** The level if nobody has set one. */
export const defaultLevel: CompatibilityLevel = 'BACKWARD'

/** A schema's text, stored once for all subjects that have it. */
export interface SchemaEntry {
  /** Its ordinal among all different schemas, from 1; the same in every process, for ever. */
  readonly id: number
  readonly text: string
  readonly references: readonly SchemaReference[]
  /** Another name of it, made of its content: a UUID. */
  readonly guid: string
  /** The act that first registered it. */
  readonly act: number
}

export interface VersionEntry {
  /** From 1 within its subject. */
  readonly version: number
  readonly id: number
  /** The act that registered it. */
  readonly act: number
  /** Softly deleted: not listed, but readable by its number. */
  deleted: boolean
}

export interface SubjectEntry {
  readonly subject: string
  /** The event type that the schemas belong to; undefined for any other subject. */
  readonly type: string | undefined
  /** The agency whose system registered the first version; `/bus` if an operator did. */
  readonly owner: string
  /** Oldest first, including softly deleted ones; never empty. */
  versions: VersionEntry[]
}

/** The registry's part of the control state. Only applying an act may change it. */
export interface RegistryState {
  /** By id − 1. Nothing is removed: an id means one schema for ever. */
  readonly schemas: SchemaEntry[]
  /** Ids by the hash of `SchemaContent`. */
  readonly ids: Map<string, number>
  /** Ids by the spelling of `SchemaContent`; several where acts registered a schema in several spellings. */
  readonly spellings: Map<string, number[]>
  /** Ids by GUID. */
  readonly guids: Map<string, number>
  readonly subjects: Map<string, SubjectEntry>
  /** Characters of schemas that each agency has registered. Deleting does not reduce it. */
  readonly brought: Map<string, number>
  /** Ids of the schemas that refer to a version, by `placeOf`. */
  readonly referrers: Map<string, number[]>
  /** The last version number given in each subject; none is given twice. */
  readonly lastVersions: Map<string, number>
  /** Levels set for single subjects. */
  readonly levels: Map<string, CompatibilityLevel>
  /** The level for all other subjects. */
  level: CompatibilityLevel | undefined
  /** What clients set for `normalize`, by subject; `''` for all others. Schemas are compared the same with both. */
  readonly normalize: Map<string, boolean>
  /** Number of acts on the registry. Callers that cache results compare it. */
  changes: number
}

export function emptyRegistryState(): RegistryState {
  return {
    schemas: [],
    ids: new Map(),
    spellings: new Map(),
    guids: new Map(),
    subjects: new Map(),
    brought: new Map(),
    referrers: new Map(),
    lastVersions: new Map(),
    levels: new Map(),
    level: undefined,
    normalize: new Map(),
    changes: 0
  }
}

/** A schema that is to become a version of a subject. */
export interface NewVersion {
  readonly subject: string
  /** The event type that the schema belongs to; undefined for any other subject. */
  readonly type: string | undefined
  readonly text: string
  readonly references: readonly SchemaReference[]
}

export interface Registration extends NewVersion {
  /** The agency that registers it. */
  readonly owner: string
  readonly act: number
}

/** Adds a version to a subject. Its id is that of an equal schema, or the next one. */
export function applyRegistration(state: RegistryState, registration: Registration): void {
  const { subject, type, text, references, owner, act } = registration
  const content = contentsOf(state).of(text, references)
  let id = state.ids.get(content.hash)
  if (id === undefined) {
    id = state.schemas.length + 1
    const guid = guidOf(content)
    state.schemas.push({ id, text, references, guid, act })
    state.ids.set(content.hash, id)
    state.guids.set(guid, id)
    state.spellings.set(content.spelling, [...(state.spellings.get(content.spelling) ?? []), id])
    for (const reference of references) {
      const place = placeOf(reference.subject, reference.version)
      state.referrers.set(place, [...(state.referrers.get(place) ?? []), id])
    }
    state.brought.set(owner, (state.brought.get(owner) ?? 0) + sizeOf(text, references))
  }
  const entry = state.subjects.get(subject) ?? { subject, type, owner, versions: [] }
  const version = (state.lastVersions.get(subject) ?? 0) + 1
  state.lastVersions.set(subject, version)
  entry.versions.push({ version, id, act, deleted: false })
  state.subjects.set(subject, entry)
  state.changes += 1
}

export function placeOf(subject: string, version: number): string {
  return `${version} ${subject}`
}

/** Memory that a schema needs, in characters. */
export function sizeOf(text: string, references: readonly SchemaReference[]): number {
  return text.length + JSON.stringify(references).length
}

/** Which versions to delete: one, or all if undefined; softly or permanently. */
export interface Deletion {
  readonly version: number | undefined
  readonly permanent: boolean
}

/** Deletes versions of a subject softly, or permanently after that. */
export function applyDeletion(state: RegistryState, subject: string, { version, permanent }: Deletion): void {
  const entry = subjectOf(state, subject)
  const isMeant = (one: VersionEntry): boolean => version === undefined || one.version === version
  if (!permanent) for (const one of entry.versions.filter(isMeant)) one.deleted = true
  else entry.versions = entry.versions.filter((one) => !isMeant(one))
  if (entry.versions.length === 0) state.subjects.delete(subject)
  if (!hasLive(entry)) {
    state.levels.delete(subject)
    state.normalize.delete(subject)
  }
  state.changes += 1
}

/** Settings to change: `null` removes one, undefined leaves it. */
export interface ConfigChange {
  readonly compatibility?: CompatibilityLevel | null | undefined
  readonly normalize?: boolean | null | undefined
}

/** Changes settings of a subject, or of all others if `subject` is undefined. */
export function applyConfig(
  state: RegistryState,
  subject: string | undefined,
  { compatibility, normalize }: ConfigChange
): void {
  if (compatibility !== undefined) {
    if (subject === undefined) state.level = compatibility ?? undefined
    else if (compatibility === null) state.levels.delete(subject)
    else state.levels.set(subject, compatibility)
  }
  if (normalize === null) state.normalize.delete(subject ?? '')
  else if (normalize !== undefined) state.normalize.set(subject ?? '', normalize)
  state.changes += 1
}

/** The level that applies to new versions of the subject. */
export function levelOf(state: RegistryState, subject: string): CompatibilityLevel {
  return state.levels.get(subject) ?? state.level ?? defaultLevel
}

/** A subject, even a softly deleted one. Throws `BUS_NOT_FOUND`. */
export function subjectOf(state: RegistryState, subject: string): SubjectEntry {
  const entry = state.subjects.get(subject)
  if (!entry) throw new BusError('BUS_NOT_FOUND', 'subject-unknown', { values: { subject } })
  return entry
}

export function hasLive({ versions }: SubjectEntry): boolean {
  return versions.some(({ deleted }) => !deleted)
}

/** The schema with an id; undefined if there is none. */
export function schemaWith(state: RegistryState, id: number): SchemaEntry | undefined {
  return state.schemas[id - 1]
}

/** A text with its references. */
export type SchemaText = Pick<NewVersion, 'text' | 'references'>

/** The versions of a subject that have exactly this schema, as the hash of `SchemaContent` compares them. */
export function versionsHaving(
  state: RegistryState,
  entry: SubjectEntry,
  { text, references }: SchemaText
): readonly VersionEntry[] {
  const id = state.ids.get(contentsOf(state).of(text, references).hash)
  return entry.versions.filter((one) => one.id === id)
}

/** Ids of a schema, in any spelling: first that of exactly this text, then in the order in which they were given. */
function idsOf(state: RegistryState, { hash: exact, spelling }: SchemaContent): readonly number[] {
  const id = state.ids.get(exact)
  const ids = state.spellings.get(spelling) ?? []
  return id === undefined ? ids : [id, ...ids.filter((one) => one !== id)]
}

/** The id of a schema that is registered, but not in this spelling. */
export function otherSpelling(state: RegistryState, { text, references }: SchemaText): number | undefined {
  const content = contentsOf(state).of(text, references)
  return state.ids.has(content.hash) ? undefined : idsOf(state, content)[0]
}

/** The version of a subject that has a schema, in any spelling; the newest, but exactly this text comes first. */
export function versionWith(
  state: RegistryState,
  { versions }: SubjectEntry,
  { text, references }: SchemaText,
  isMeant: (version: VersionEntry) => boolean
): VersionEntry | undefined {
  const meant = versions.filter(isMeant)
  for (const id of idsOf(state, contentsOf(state).of(text, references))) {
    const found = meant.findLast((one) => one.id === id)
    if (found) return found
  }
  return undefined
}

/** Whether a schema without references is a version of a subject, or was before it was softly deleted. */
export function isRegistered(state: RegistryState, subject: string, text: string): boolean {
  const entry = state.subjects.get(subject)
  return entry !== undefined && versionWith(state, entry, { text, references: [] }, () => true) !== undefined
}

/** A UUID of the form that RFC 9562 leaves to applications. */
function guidOf({ hash: content }: SchemaContent): string {
  const [, a, b, c, d, e] = /^(.{8})(.{4}).(.{3}).(.{3})(.{12})/.exec(content) ?? []
  return `${a}-${b}-8${c}-8${d}-${e}`
}
