import { hasEnded, type Present } from './control-present.ts'
import type { Province } from './province.ts'
import type { Path } from './province-fault.ts'

/** A difference that no act can change. */
export interface FixedDifference {
  readonly difference:
    | 'agency.closed'
    | 'agency.member'
    | 'system.revoked'
    | 'system.member'
    | 'key.ended'
    | 'agreement.ended'
  readonly resource: string
  /** Its place in the file. */
  readonly path: Path
  /** The setting in question; for a key its `kid`. */
  readonly member?: string
  readonly inFile?: unknown
  readonly inBus?: unknown
}

type Agency = Province['agencies'][number]
type System = NonNullable<Agency['systems']>[number]

export function fixedInAgency(agency: Agency, path: Path, { agencies }: Present): readonly FixedDifference[] {
  const { code, closed } = agency
  const resource = `/agencies/${code}`
  const shown = agencies.get(resource)
  if (!shown) return []
  const isClosed = shown.status === 'closed'
  if (isClosed && !closed) return [{ difference: 'agency.closed', resource, path }]
  const member = (name: string, inFile: unknown, inBus: unknown, at: Path): readonly FixedDifference[] =>
    inFile === inBus ? [] : [{ difference: 'agency.member', resource, path: at, member: name, inFile, inBus }]
  const own = ['validFrom', 'parent', 'otherCode', 'name'] as const
  return [
    ...own.flatMap((name) => {
      // An act sets the others, but unsets none.
      const isFixed = isClosed || name === 'validFrom' || agency[name] === undefined
      return isFixed ? member(name, agency[name], shown[name], [...path, name]) : []
    }),
    ...(isClosed
      ? (['successor', 'validTo'] as const).flatMap((name) =>
          member(`closed.${name}`, closed?.[name], shown[name], [...path, 'closed', name])
        )
      : [])
  ]
}

/** Nothing of a system but its keys and rights can be changed. */
export function fixedInSystem(
  system: System,
  code: string,
  path: Path,
  { systems }: Present
): readonly FixedDifference[] {
  const resource = `/agencies/${code}/systems/${system.name}`
  const shown = systems.get(resource)
  if (!shown) return []
  if (shown.status === 'revoked') return [{ difference: 'system.revoked', resource, path }]
  const { title, roles = [], unsigned = false, hosted = false, boundOnly = false, keys = [] } = system
  const members: readonly (readonly [string, unknown, unknown])[] = [
    ['title', title, shown.name],
    ['roles', sorted(roles), sorted(shown.roles)],
    ['unsigned', unsigned, shown.unsigned],
    ['hosted', hosted, shown.hosted],
    ['boundOnly', boundOnly, shown.boundOnly]
  ]
  const ended = new Set(shown.keys.filter(hasEnded).map(({ key }) => key.kid))
  return [
    ...members
      .filter(([, inFile, inBus]) => inFile !== inBus)
      .map(([member, inFile, inBus]) => ({
        difference: 'system.member' as const,
        ...{ resource, path: [...path, member], member, inFile, inBus }
      })),
    ...keys.flatMap(({ kid }, index) =>
      ended.has(kid)
        ? { difference: 'key.ended' as const, resource, path: [...path, 'keys', index], member: kid }
        : []
    )
  ]
}

function sorted(roles: readonly string[]): string {
  return [...roles].sort().join(', ')
}
