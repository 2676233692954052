import type { SchemaReference } from '#protocol/avro/schema-reference.ts'
import { BusError } from '#protocol/errors/bus-error.ts'
import type { Fault } from '#protocol/errors/faults.ts'
import {
  type Deletion,
  otherSpelling,
  placeOf,
  type Registration,
  type RegistryState,
  type SchemaText,
  type SubjectEntry,
  sizeOf,
  subjectOf,
  type VersionEntry,
  versionsHaving
} from './registry-state.ts'
import { contentsOf } from './schema-content.ts'

/**
 * Rules for changes of the registry. Every process checks them again when it replays acts, so they depend
 * only on the state. Whether a text is Avro and fits its subject is checked once, when the act is recorded.
 */

/** Maximum number of versions of a subject, including softly deleted ones. */
export const maxVersions = 1000
/**
 * Characters of schemas that one agency may register, including deleted ones, since every process keeps
 * them. No limit for operators.
 */
export const maxBrought = 16_777_216
/** Subjects that one agency may own. No limit for operators. */
export const maxSubjects = 1000

/** Throws for a registration that is not possible: `BUS_ACT_CONFLICT`, or `BUS_SCHEMA_INVALID` for an unknown reference. */
export function checkRegistration(state: RegistryState, facts: Omit<Registration, 'act'>): void {
  const { subject, type, text, references, owner } = facts
  const entry = state.subjects.get(subject)
  contentsOf(state).of(text, references) // Applying the act needs it, even for a text that was never checked.
  if (entry && entry.type !== type) conflict('subject-of-other-type', { subject, type: entry.type ?? '' })
  if (owner !== '/bus' && (state.brought.get(owner) ?? 0) + sizeOf(text, references) > maxBrought) {
    conflict('registry-full', { subject })
  }
  checkReferences(state, references)
  if (entry) {
    if (versionsHaving(state, entry, { text, references }).some(({ deleted }) => !deleted)) {
      conflict('act-already-so', { resource: subject })
    }
    if (entry.versions.length >= maxVersions) conflict('registry-full', { subject })
  } else if (owner !== '/bus' && ownedBy(state, owner) >= maxSubjects) {
    conflict('registry-full', { subject })
  }
}

/**
 * One schema in any spelling has one id, so a new act must spell it as it is registered. Throws
 * `BUS_ACT_CONFLICT` naming that id. Not part of the rules above: earlier releases recorded such acts.
 */
export function checkSpelling(state: RegistryState, schema: SchemaText): void {
  const id = otherSpelling(state, schema)
  if (id !== undefined) conflict('schema-spelled-otherwise', { id })
}

/**
 * Checks the deletion of one version, or of all if `version` is undefined, by the rules of Confluent's
 * registry. Also rejects what readers of events need.
 */
export function checkDeletion(state: RegistryState, subject: string, { version, permanent }: Deletion): void {
  const entry = subjectOf(state, subject)
  const meant = version === undefined ? entry.versions : [versionOf(entry, version)]
  const values = { subject, version: version ?? 0 }
  const one = version !== undefined
  if (permanent) {
    if (entry.type !== undefined) inUse('schema-of-event-type', { subject, type: entry.type })
    if (meant.some(({ deleted }) => !deleted)) {
      conflict(one ? 'version-not-deleted' : 'subject-not-deleted', values)
    }
  } else if (meant.every(({ deleted }) => deleted)) {
    conflict(one ? 'version-deleted-already' : 'subject-deleted-already', values)
  }
  const owners = ownersById(state, { deleted: permanent })
  for (const { version: number } of meant) {
    const referring = state.referrers.get(placeOf(subject, number)) ?? []
    // A softly deleted version can still be read through schemas that refer to it. So only references of its
    // owner and of operators prevent a soft deletion.
    const isNeeded = referring.some((id) =>
      owners.get(id)?.some((owner) => permanent || owner === entry.owner || owner === '/bus')
    )
    if (isNeeded) inUse('schema-referenced', { subject, version: number })
  }
}

/** A version of a subject. Throws `BUS_NOT_FOUND`. */
export function versionOf(entry: SubjectEntry, version: number): VersionEntry {
  const found = entry.versions.find((one) => one.version === version)
  if (!found) {
    throw new BusError('BUS_NOT_FOUND', 'version-unknown', { values: { subject: entry.subject, version } })
  }
  return found
}

/** Ids of the registered schemas that refer to a version; with `deleted`, including softly deleted ones. */
export function referrersOf(
  state: RegistryState,
  subject: string,
  version: number,
  { deleted }: { readonly deleted: boolean }
): readonly number[] {
  const owners = ownersById(state, { deleted })
  const referring = new Set(state.referrers.get(placeOf(subject, version)))
  return [...referring].filter((id) => owners.has(id)).sort((a, b) => a - b)
}

/** The owners of the subjects that contain a schema, by schema id. */
function ownersById(
  state: RegistryState,
  { deleted }: { readonly deleted: boolean }
): ReadonlyMap<number, readonly string[]> {
  const owners = new Map<number, string[]>()
  for (const { owner, versions } of state.subjects.values()) {
    for (const one of versions) {
      if (!deleted && one.deleted) continue
      const known = owners.get(one.id)
      if (!known) owners.set(one.id, [owner])
      else if (!known.includes(owner)) known.push(owner)
    }
  }
  return owners
}

function checkReferences(state: RegistryState, references: readonly SchemaReference[]): void {
  for (const { name, subject, version } of references) {
    const entry = state.subjects.get(subject)
    if (!entry?.versions.some((one) => one.version === version)) {
      throw new BusError('BUS_SCHEMA_INVALID', 'schema-reference-unknown', {
        values: { name, subject, version }
      })
    }
  }
}

function ownedBy(state: RegistryState, owner: string): number {
  let count = 0
  for (const entry of state.subjects.values()) if (entry.owner === owner) count += 1
  return count
}

function conflict(fault: Fault, values: Readonly<Record<string, string | number>>): never {
  throw new BusError('BUS_ACT_CONFLICT', fault, { values })
}

function inUse(fault: Fault, values: Readonly<Record<string, string | number>>): never {
  throw new BusError('BUS_SCHEMA_IN_USE', fault, { values })
}
