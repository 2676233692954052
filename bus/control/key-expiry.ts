import type { ControlState, SystemEntry } from './control-state.ts'

/** When a system has no key in force any more. */
export interface KeyExpiry {
  readonly system: string
  /** Milliseconds since the epoch. */
  readonly at: number
}

/** When each system that may act loses its last key, the soonest first. Keys without an end are no expiry. */
export function keyExpiries({ systems, agencies }: ControlState): readonly KeyExpiry[] {
  const isOpen = ({ agency, span }: SystemEntry): boolean =>
    span.to === undefined && agencies.get(agency)?.open.to === undefined
  return [...systems.values()]
    .filter(isOpen)
    .flatMap(({ id, keys }) => {
      const ends = keys.filter(({ span }) => span.to === undefined).map(({ validToAt }) => validToAt)
      return ends.length === 0 ? [] : [{ system: id, at: Math.max(...ends) }]
    })
    .filter(({ at }) => Number.isFinite(at))
    .sort((one, other) => one.at - other.at)
}
