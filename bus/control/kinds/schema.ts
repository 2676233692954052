import Type from 'typebox'
import { BusError } from '#protocol/errors/bus-error.ts'
import { subjectOfResource } from '#protocol/events/event-subjects.ts'
import { checkDeletion, checkRegistration, checkSpelling } from '../../registry/registry-rules.ts'
import { applyDeletion, applyRegistration, type NewVersion } from '../../registry/registry-state.ts'
import type { ControlState } from '../control-state.ts'
import { type Actor, defineAct, type OnResource } from '../define-act.ts'
import { EventType, Text } from './members.ts'

/** The subject of an event type by its type, any other by its name, percent-encoded. */
export const subjectResource = Type.String({
  pattern: "^/(?:schemas/[a-z0-9.-]{1,128}|subjects/[A-Za-z0-9._~!*'()%-]{1,2300})$"
})
const Version = Type.Integer({ minimum: 1, maximum: 2_147_483_647 })
const Reference = Type.Object(
  { name: Text, subject: Text, version: Version },
  { additionalProperties: false }
)

export const schemaActs = {
  'schema.registered': defineAct({
    shape: {
      resource: subjectResource,
      /** Only for an event type; the same as in `resource`. */
      type: Type.Optional(EventType),
      schema: Type.String({ minLength: 2, maxLength: 262_144 }),
      references: Type.Optional(Type.Array(Reference, { minItems: 1, maxItems: 100 }))
    },
    checkNew({ registry }, act, { schemaChecks, prepared }) {
      schemaChecks.check(registry, versionIn(act), prepared)
      checkSpelling(registry, versionIn(act))
    },
    prepareNew: ({ registry }, act, schemaChecks, agency) =>
      schemaChecks.prepare(agency, registry, versionIn(act)),
    /** The agency that registers the first version of a subject owns it. Event types belong to the operators. */
    mayDo(state, act, actor) {
      if (state.registry.subjects.has(subjectOfResource(act.resource) ?? ''))
        return isOfOwner(state, act, actor)
      return actor.agency !== '/bus' && act.resource.startsWith('/subjects/')
    },
    check: ({ registry }, act, { actor }) =>
      checkRegistration(registry, { ...versionIn(act), owner: ownerFor(actor) }),
    apply: ({ registry }, act, { actor, number }) =>
      applyRegistration(registry, { ...versionIn(act), owner: ownerFor(actor), act: number })
  }),
  'schema.deleted': defineAct({
    shape: {
      resource: subjectResource,
      /** Absent: all versions. */
      version: Type.Optional(Version),
      /** Forgets versions that were deleted before; absent: only removes them from the lists. */
      permanent: Type.Optional(Type.Literal(true))
    },
    mayDo: isOfOwner,
    check: ({ registry }, { version, permanent = false, ...act }) =>
      checkDeletion(registry, subjectIn(act), { version, permanent }),
    apply: ({ registry }, { version, permanent = false, ...act }) =>
      applyDeletion(registry, subjectIn(act), { version, permanent })
  })
}

export function isOfOwner({ registry }: ControlState, { resource }: OnResource, { agency }: Actor): boolean {
  return agency !== '/bus' && registry.subjects.get(subjectOfResource(resource) ?? '')?.owner === agency
}

/** The owner of a subject that the actor registers. */
function ownerFor({ operator, agency }: Actor): string {
  return operator ? '/bus' : agency
}

export function subjectIn({ resource }: OnResource): string {
  return subjectOfResource(resource) ?? malformed(resource)
}

type Registered = OnResource & Partial<NewVersion> & { readonly schema: string }

function versionIn({ resource, type, schema: text, references = [] }: Registered): NewVersion {
  const isNamedRight = resource.startsWith('/schemas/') ? resource === `/schemas/${type}` : type === undefined
  return { subject: isNamedRight ? subjectIn({ resource }) : malformed(resource), type, text, references }
}

function malformed(resource: string): never {
  throw new BusError('BUS_ACT_INVALID', 'subject-resource-malformed', { values: { resource } })
}
