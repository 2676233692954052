import { BusError } from '#protocol/errors/bus-error.ts'
import type { Fault } from '#protocol/errors/faults.ts'
import {
  type Deletion,
  placeOf,
  type Registration,
  type RegistryState,
  type SubjectEntry,
  sizeOf,
  subjectOf,
  type VersionEntry,
  versionsHaving
} from './registry-state.ts'
import { contentOf } from './schema-content.ts'
import type { SchemaReference } from './schema-reference.ts'

/**
 * What may be done to the registry as it stands. The fold of acts asks these
 * too, in every process, so they look at nothing but the state: whether a text
 * is Avro and fits its subject is asked once, when its act is recorded.
 */

/** Versions a subject may have, softly deleted ones included. */
export const maxVersions = 1000
/** Characters of schemas one agency may bring, deleted ones included, since every process keeps them; operators may go beyond. */
export const maxBrought = 16_777_216
/** Subjects one agency may own; operators may go beyond. */
export const maxSubjects = 1000

/** Refuses a registration that does not follow: `BUS_ACT_CONFLICT`, or `BUS_SCHEMA_INVALID` where a reference leads nowhere. */
export function checkRegistration(state: RegistryState, facts: Omit<Registration, 'act'>): void {
  const { subject, type, text, references, owner } = facts
  const entry = state.subjects.get(subject)
  contentOf(text, references) // The fold needs it, also for a text that was never checked.
  if (entry && entry.type !== type) conflict('subject-of-other-type', { subject, type: entry.type ?? '' })
  if (owner !== '/bus' && (state.brought.get(owner) ?? 0) + sizeOf(text, references) > maxBrought) {
    conflict('registry-full', { subject })
  }
  checkReferences(state, references)
  if (entry) {
    if (versionsHaving(state, entry, text, references).some(({ deleted }) => !deleted)) {
      conflict('act-already-so', { resource: subject })
    }
    if (entry.versions.length >= maxVersions) conflict('registry-full', { subject })
  } else if (owner !== '/bus' && ownedBy(state, owner) >= maxSubjects) {
    conflict('registry-full', { subject })
  }
}

/** Refuses a deletion of one version, or of all where `version` is undefined, as Confluent's registry does; and what readers of events need. */
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
    // Deleted softly it is still read with what refers to it: then only who owns it, and operators, are in the way.
    const isNeeded = referring.some((id) =>
      owners.get(id)?.some((owner) => permanent || owner === entry.owner || owner === '/bus')
    )
    if (isNeeded) inUse('schema-referenced', { subject, version: number })
  }
}

/** A subject's version. Throws `BUS_NOT_FOUND`. */
export function versionOf(entry: SubjectEntry, version: number): VersionEntry {
  const found = entry.versions.find((one) => one.version === version)
  if (!found) {
    throw new BusError('BUS_NOT_FOUND', 'version-unknown', { values: { subject: entry.subject, version } })
  }
  return found
}

/** The ids of the schemas that refer to a version, as registered anywhere; with `deleted`, where softly deleted too. */
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

/** Who owns the subjects that have a schema, by its id. */
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
