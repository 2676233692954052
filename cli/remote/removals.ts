import { hasEnded, type Present, type ShownRight, type ShownSystem } from './control-present.ts'
import { type PlannedAct, plannedAct } from './planned-act.ts'
import type { Province } from './province.ts'

/** What takes away something that the file does not have. */
export interface Removal {
  /** The act; after it the one that grants a right anew, if the file has it with other recipients. */
  readonly acts: readonly [PlannedAct, ...PlannedAct[]]
  /** The right that is replaced or withdrawn. */
  readonly right?: ShownRight
}

/**
 * What the control state has and a province file does not, in the order in which it can be taken away: an agency
 * after its systems and agreements. The keys and rights of a system go with it.
 */
export function removalsFrom({ agencies, agreements = [] }: Province, present: Present): readonly Removal[] {
  const codes = new Set(agencies.map(({ code }) => code))
  const ids = new Set<string>(agreements.map(({ id }) => `/agreements/${id}`))
  const wanted = new Map<string, System>(
    agencies.flatMap(({ code, systems = [] }) =>
      systems.map((system) => [`/agencies/${code}/systems/${system.name}`, system] as const)
    )
  )
  const systems = [...present.systems.values()].filter(({ status }) => status !== 'revoked')
  const parts = systems.flatMap((system) => {
    const { keys, publish = [] } = wanted.get(system.resource) ?? {}
    return wanted.has(system.resource) ? [...rightsOf(system, publish, present), ...keysOf(system, keys)] : []
  })
  const one = (act: string, resource: string): Removal => ({ acts: [plannedAct(act, resource)] })
  return [
    ...parts,
    ...[...present.agreements.values()]
      .filter(({ resource, status }) => status !== 'ended' && !ids.has(resource))
      .map(({ resource }) => one('agreement.ended', resource)),
    ...systems
      .filter(({ resource }) => !wanted.has(resource))
      .map(({ resource }) => one('system.revoked', resource)),
    ...[...present.agencies.values()]
      .filter(({ code, status }) => status !== 'closed' && !codes.has(code))
      .map(({ resource }) => one('agency.closed', resource))
  ]
}

type System = NonNullable<Province['agencies'][number]['systems']>[number]

function rightsOf(
  { resource }: ShownSystem,
  publish: NonNullable<System['publish']>,
  present: Present
): readonly Removal[] {
  return [...(present.rights.get(resource)?.values() ?? [])].flatMap((right) => {
    const { type, recipients } = right
    const wanted = publish.find((one) => one.type === type)
    if (wanted?.recipients === recipients) return []
    const withdrawn = plannedAct('right.withdrawn', resource, { type })
    const acts = wanted
      ? ([withdrawn, plannedAct('right.granted', resource, wanted)] as const)
      : ([withdrawn] as const)
    return { acts, right }
  })
}

function keysOf({ resource, keys: shown }: ShownSystem, keys: System['keys'] = []): readonly Removal[] {
  return shown
    .filter((one) => !hasEnded(one) && !keys.some(({ kid }) => kid === one.key.kid))
    .map(({ key: { kid } }) => ({ acts: [plannedAct('key.retired', resource, { kid })] }))
}
