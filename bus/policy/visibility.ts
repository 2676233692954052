import { agencyOf, type BusEvent, domainOf, recipientsOf } from '#protocol/events/event.ts'
import type { ControlState } from '../control/control-state.ts'
import { agreementsFor, isInForce } from './agreements.ts'

/** Why an agency sees an event: it is named as a recipient, or an agreement says so. */
export interface Grant {
  readonly agency: string
  /** The agreement's name, `/agreements/…`; undefined where the event names the agency. */
  readonly agreement: string | undefined
}

/**
 * Who an event is for, as of the act it was checked under and the instant it
 * was recorded. A document event that names recipients is for those and nobody
 * else; everything else is seen only through agreements, which `recipients`
 * narrows.
 */
export function grantsFor(
  state: ControlState,
  event: BusEvent,
  act: number,
  recordedAt: number
): readonly Grant[] {
  const named = recipientsOf(event)
  if (domainOf(event.type) === 'document' && named) {
    return named.map((agency) => ({ agency, agreement: undefined }))
  }
  const provider = agencyOf(event.source)
  const grants = new Map<string, Grant>()
  for (const agreement of agreementsFor(state, { provider, type: event.type, act, at: recordedAt })) {
    const { consumer } = agreement
    if (named && !named.includes(consumer)) continue
    if (!grants.has(consumer)) grants.set(consumer, { agency: consumer, agreement: agreement.id })
  }
  return [...grants.values()]
}

/** Whether a grant made when the event was appended still stands as of an act and an instant. */
export function grantStands(
  state: ControlState,
  { agency, agreement, type }: Grant & { readonly type: string },
  { act, at }: { readonly act: number; readonly at: number }
): boolean {
  if (agreement === undefined) return state.agencies.has(agency) // A closed code still reads what it was given.
  const found = state.agreements.get(agreement)
  return found !== undefined && isInForce(found, { type, act, at })
}
