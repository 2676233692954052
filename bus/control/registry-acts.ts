import { BusError } from '#protocol/errors/bus-error.ts'
import { subjectOfResource } from '#protocol/events/event-subjects.ts'
import { checkNewVersion } from '../registry/check-new-version.ts'
import { checkDeletion, checkRegistration } from '../registry/registry-rules.ts'
import { foldDeletion, foldLevel, foldRegistration, type RegistryState } from '../registry/registry-state.ts'
import type { ActOf } from './acts.ts'

/** Any act on the registry. */
export type RegistryAct = ActOf<'schema.registered' | 'schema.deleted' | 'registry-config.changed'>

/**
 * Whether an agency's system may do it: on a subject the agency owns, and
 * register a subject of its own. Event types, being everyone's, and what holds
 * for all subjects are the operators'.
 */
export function mayDoOnRegistry(registry: RegistryState, act: RegistryAct, agency: string): boolean {
  if (agency === '/bus' || act.resource === '/registry') return false
  const entry = registry.subjects.get(subjectOfResource(act.resource) ?? '')
  if (entry) return entry.owner === agency
  return act.act === 'schema.registered' && act.resource.startsWith('/subjects/')
}

/** Refuses what does not follow from the registry as it is: `BUS_ACT_INVALID`, `BUS_ACT_CONFLICT`, `BUS_NOT_FOUND`, `BUS_SCHEMA_IN_USE`. */
export function checkRegistryAct(registry: RegistryState, act: RegistryAct, owner: string): void {
  if (act.resource === '/registry') return
  const subject = subjectIn(act)
  if (act.act === 'schema.registered') {
    const { type, schema: text, references = [] } = act
    checkRegistration(registry, { subject, type, text, references, owner })
  } else if (act.act === 'schema.deleted') {
    checkDeletion(registry, subject, { version: act.version, permanent: act.permanent ?? false })
  }
}

/** Refuses a schema that is no Avro, not of an event type's profile where it makes one, or not compatible. Milliseconds. */
export function checkRegistrable(
  registry: RegistryState,
  act: ActOf<'schema.registered'>,
  domains: ReadonlySet<string>
): void {
  const { type, schema: text, references = [] } = act
  checkNewVersion(registry, { subject: subjectIn(act), type, text, references }, domains)
}

/** Folds an act on the registry that was checked: whose a new subject becomes, and the act's number. */
export function foldRegistryAct(
  registry: RegistryState,
  act: RegistryAct,
  { owner, number }: { readonly owner: string; readonly number: number }
): void {
  if (act.act === 'registry-config.changed') {
    foldLevel(registry, act.resource === '/registry' ? undefined : subjectIn(act), act.compatibility)
  } else if (act.act === 'schema.deleted') {
    const { version, permanent = false } = act
    foldDeletion(registry, subjectIn(act), { version, permanent })
  } else {
    const { type, schema: text, references = [] } = act
    foldRegistration(registry, { subject: subjectIn(act), type, text, references, owner, act: number })
  }
}

function subjectIn(act: RegistryAct): string {
  const subject = subjectOfResource(act.resource)
  const isNamedRight =
    act.act !== 'schema.registered' ||
    (act.resource.startsWith('/schemas/') ? act.resource === `/schemas/${act.type}` : act.type === undefined)
  if (subject !== undefined && isNamedRight) return subject
  throw new BusError('BUS_ACT_INVALID', 'subject-resource-malformed', { values: { resource: act.resource } })
}
