import type { AgencyEntry } from '#bus/control/control-state.ts'
import { indexAfter } from '#bus/control/sorted-names.ts'
import type { SystemActivity } from './write.ts'

/** An agency in the list of the silent. */
export interface RankedAgency {
  readonly agency: AgencyEntry
  readonly systems: readonly SystemActivity[]
  /** When one of its systems last published or read; 0 if none ever did. */
  readonly heard: number
}

export interface RankedAgencies {
  /** Codes of the agencies, sorted. */
  readonly codes: readonly string[]
  readonly agencies: ReadonlyMap<string, AgencyEntry>
  /** By agency. */
  readonly systems: ReadonlyMap<string, readonly SystemActivity[]>
}

/**
 * Agencies after a place, the longest silent first, by code where they are alike. Those never active
 * come first, so that a page of them does not rank the others.
 */
export function* rankAgencies(
  { codes, agencies, systems }: RankedAgencies,
  after: string | undefined
): Generator<RankedAgency> {
  const rank = (code: string): RankedAgency | undefined => {
    const agency = agencies.get(code)
    const own = systems.get(code) ?? []
    return agency && { agency, systems: own, heard: lastHeard(own) ?? 0 }
  }
  const from = firstSilent(codes, after)
  const active: RankedAgency[] = []
  for (let at = from; at < codes.length; at += 1) {
    const ranked = rank(codes[at] ?? '')
    if (ranked?.heard === 0) yield ranked
    else if (ranked) active.push(ranked)
  }
  for (const code of codes.slice(0, from)) {
    const ranked = rank(code)
    if (ranked && ranked.heard > 0) active.push(ranked)
  }
  yield* active
    .filter(({ agency, heard }) => after === undefined || placeOf(heard, agency.code) > after)
    .sort((a, b) => a.heard - b.heard || (a.agency.code < b.agency.code ? -1 : 1))
}

/** Where the agencies never active begin after a place. */
function firstSilent(codes: readonly string[], after: string | undefined): number {
  const silent = placeOf(0, '')
  if (after === undefined) return 0
  return after.startsWith(silent) ? indexAfter(codes, after.slice(silent.length)) : codes.length
}

export function lastHeard(systems: readonly SystemActivity[]): number | undefined {
  return (
    Math.max(...systems.flatMap(({ publishedAt, readAt }) => [publishedAt ?? 0, readAt ?? 0]), 0) || undefined
  )
}

/** Where an agency is in the list. */
export function placeOf(heard: number, code: string): string {
  return `${String(heard).padStart(15, '0')}.${code}`
}
