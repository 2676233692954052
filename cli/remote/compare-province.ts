import type { Present, ShownAgency } from './control-present.ts'
import { type FixedDifference, fixedInAgency, fixedInSystem } from './fixed-differences.ts'
import { type PlannedAct, plannedAct } from './planned-act.ts'
import type { Agreement, Province } from './province.ts'
import { type Removal, removalsFrom } from './removals.ts'

/** Every difference between a province file and the control state. */
export interface Differences {
  /** What adds or changes, in order; also the closing of agencies that the file says are closed. */
  readonly acts: readonly PlannedAct[]
  /** What takes away what the file does not have, in order; to be done after `acts`. */
  readonly removals: readonly Removal[]
  /** What no act can change. */
  readonly fixed: readonly FixedDifference[]
}

type Agency = Province['agencies'][number]
type System = NonNullable<Agency['systems']>[number]

/** Compares a file without faults. */
export function compareProvince(province: Province, present: Present): Differences {
  const { agencies, agreements = [] } = province
  const systems = agencies.flatMap(({ code, systems: some = [] }) =>
    some.map((system) => ({ ...system, resource: `/agencies/${code}/systems/${system.name}` }))
  )
  return {
    acts: [
      ...addedAgencies(agencies, present),
      ...agencies.flatMap((agency) => changedAgency(agency, present)),
      // Before the keys: a connector publishes as soon as its key may, and what it publishes before an agreement is
      // in force is for nobody.
      ...agreements.flatMap((agreement) => agreementActs(agreement, present)),
      ...systems.flatMap((system) => systemActs(system, present)),
      ...closings(agencies, present)
    ],
    removals: removalsFrom(province, present),
    fixed: [
      ...agencies.flatMap((agency, index) => fixedInAgency(agency, ['agencies', index], present)),
      ...agencies.flatMap(({ code, systems: some = [] }, a) =>
        some.flatMap((system, s) => fixedInSystem(system, code, ['agencies', a, 'systems', s], present))
      ),
      ...agreements.flatMap(({ id }, index) => {
        const resource = `/agreements/${id}`
        const isEnded = present.agreements.get(resource)?.status === 'ended'
        return isEnded
          ? { difference: 'agreement.ended' as const, resource, path: ['agreements', index] }
          : []
      })
    ]
  }
}

/** Parents before their children, in whatever order the file has them. */
function addedAgencies(agencies: readonly Agency[], present: Present): readonly PlannedAct[] {
  const fresh = agencies.filter(({ code }) => !present.agencies.has(`/agencies/${code}`))
  return inOrder(fresh, ({ parent }) => parent).map(({ code, name, parent, otherCode, validFrom }) =>
    plannedAct('agency.added', `/agencies/${code}`, { name, parent, otherCode, validFrom })
  )
}

function changedAgency({ code, ...wanted }: Agency, { agencies }: Present): readonly PlannedAct[] {
  const resource = `/agencies/${code}`
  const shown = agencies.get(resource)
  if (!shown || shown.status === 'closed') return []
  const members = ['name', 'parent', 'otherCode'] as const
  const changes = members.filter((member) => wanted[member] !== undefined && wanted[member] !== shown[member])
  if (changes.length === 0) return []
  return [
    plannedAct('agency.changed', resource, Object.fromEntries(changes.map((name) => [name, wanted[name]])))
  ]
}

/** An agency is closed before the one that takes over from it. */
function closings(agencies: readonly Agency[], present: Present): readonly PlannedAct[] {
  const isOpen = (shown: ShownAgency | undefined): boolean => shown?.status !== 'closed'
  const closing = agencies.filter(
    ({ code, closed }) => closed && isOpen(present.agencies.get(`/agencies/${code}`))
  )
  return inOrder(closing, ({ closed }) => closed?.successor)
    .toReversed()
    .map(({ code, closed }) => plannedAct('agency.closed', `/agencies/${code}`, closed))
}

/** Agencies in their order, each after the one that it names. */
function inOrder(
  agencies: readonly Agency[],
  namedBy: (agency: Agency) => string | undefined
): readonly Agency[] {
  const waiting = new Map(agencies.map((agency) => [agency.code, agency]))
  const ordered: Agency[] = []
  for (const first of agencies) {
    const chain: Agency[] = []
    for (let next: Agency | undefined = first; next && waiting.delete(next.code); ) {
      chain.unshift(next)
      next = waiting.get(namedBy(next) ?? '')
    }
    ordered.push(...chain)
  }
  return ordered
}

function systemActs(
  { resource, ...system }: System & { readonly resource: string },
  present: Present
): readonly PlannedAct[] {
  const shown = present.systems.get(resource)
  if (shown?.status === 'revoked') return []
  const rights = present.rights.get(resource)
  const { title: name, roles, unsigned, hosted, boundOnly, keys = [], publish = [] } = system
  return [
    ...(shown ? [] : [plannedAct('system.added', resource, { name, roles, unsigned, hosted, boundOnly })]),
    ...keys
      .filter(({ kid }) => !shown?.keys.some(({ key }) => key.kid === kid))
      .map((key) => plannedAct('key.added', resource, { key })),
    // One of the same type with other recipients is replaced, which takes away what it allowed.
    ...publish
      .filter(({ type }) => !rights?.has(type))
      .map((right) => plannedAct('right.granted', resource, right))
  ]
}

function agreementActs({ id, ...terms }: Agreement, { agreements }: Present): readonly PlannedAct[] {
  const resource = `/agreements/${id}`
  const shown = agreements.get(resource)
  return [
    ...(shown ? [] : [plannedAct('agreement.drafted', resource, terms)]),
    ...(shown && shown.status !== 'drafted' ? [] : [plannedAct('agreement.signed', resource)])
  ]
}
