import { agencyOf, type BusEvent, domainOf, recipientsOf } from '#protocol/events/event.ts'
import type { ControlState } from '../control/control-state.ts'
import { agreementBetween, agreementsFor, isInForce } from './agreements.ts'

/** Why an agency may see an event: the event names it as a recipient, or an agreement applies. */
export interface Grant {
  readonly agency: string
  /** Path of the agreement, `/agreements/…`; undefined if the event names the agency. */
  readonly agreement: string | undefined
}

/**
 * The agencies that an event is for, by the state after the act under which it was checked and at the time
 * it was recorded. A document event that names recipients is for those only. Any other event is seen
 * through agreements only; `recipients` limits them.
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
  const question = { provider, type: event.type, act, at: recordedAt }
  const agreements = named
    ? named.flatMap((consumer) => agreementBetween(state, { ...question, consumer }) ?? [])
    : agreementsFor(state, question)
  return agreements.map(({ consumer, id }) => ({ agency: consumer, agreement: id }))
}

/** An entry of an inbox: a grant as it was made for an event. */
export interface GrantedEntry {
  readonly agency: string
  /** Null if the event names the agency. */
  readonly agreement: string | null
  readonly type: string
  /** When the event was recorded, in milliseconds since the epoch. */
  readonly recordedAt: number
}

/**
 * Whether a grant made when the event was appended still holds after an act and at an instant, or when the event was
 * recorded if the clock that recorded it was ahead: the grant was made for that time.
 */
export function grantStands(
  state: ControlState,
  { agency, agreement, type, recordedAt }: GrantedEntry,
  { act, at }: { readonly act: number; readonly at: number }
): boolean {
  if (agreement === null) return state.agencies.has(agency) // A closed agency may still read what it was given.
  const found = state.agreements.get(agreement)
  return found !== undefined && isInForce(found, { type, act, at: Math.max(at, recordedAt) })
}
