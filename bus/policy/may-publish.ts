import { BusError } from '#protocol/errors/bus-error.ts'
import { type BusEvent, recipientsOf } from '#protocol/events/event.ts'
import { type ControlState, holdsAt, rightOf, type SystemEntry } from '../control/control-state.ts'
import { agreementBetween } from './agreements.ts'

/**
 * Checks whether a system may publish an event now. Throws `BUS_NOT_PERMITTED` if the source is another
 * system, the type or a recipient is not granted, or an agency is unknown; `BUS_AGENCY_CLOSED`, naming the
 * successor, if an agency is closed.
 */
export function checkMayPublish(state: ControlState, system: string, event: BusEvent, now: number): void {
  const refuse = (values: Readonly<Record<string, string>>, fault: RightsFault): never => {
    throw new BusError('BUS_NOT_PERMITTED', fault, { values })
  }
  if (event.source !== system) refuse({ source: event.source, system }, 'source-not-signer')
  const entry = state.systems.get(system)
  const right = entry && rightOf(entry, event.type, state.lastAct)
  if (!entry || !right) return refuse({ system, type: event.type }, 'type-not-granted')
  checkOpen(state, entry.agency)
  if (event.onbehalfof !== undefined) refuse({ principal: event.onbehalfof }, 'delegation-unknown')
  for (const recipient of recipientsOf(event) ?? []) {
    const agency = state.agencies.get(recipient)
    if (!agency) refuse({ recipient }, 'recipient-unknown')
    checkOpen(state, recipient)
    if (right.recipients === 'agreements' && !hasAgreement(state, entry, recipient, event.type, now)) {
      refuse({ recipient, type: event.type }, 'recipient-without-agreement')
    }
  }
}

type RightsFault =
  | 'source-not-signer'
  | 'type-not-granted'
  | 'delegation-unknown'
  | 'recipient-unknown'
  | 'recipient-without-agreement'

function hasAgreement(
  state: ControlState,
  system: SystemEntry,
  consumer: string,
  type: string,
  now: number
): boolean {
  return (
    agreementBetween(state, { provider: system.agency, consumer, type, act: state.lastAct, at: now }) !==
    undefined
  )
}

/** Throws `BUS_AGENCY_CLOSED`, naming the successor, for a closed agency. */
export function checkOpen(state: ControlState, code: string): void {
  const agency = state.agencies.get(code)
  if (!agency || holdsAt(agency.open, state.lastAct)) return
  if (agency.successor === undefined) {
    throw new BusError('BUS_AGENCY_CLOSED', 'agency-closed', { values: { agency: code } })
  }
  throw new BusError('BUS_AGENCY_CLOSED', 'agency-closed-with-successor', {
    values: { agency: code, successor: agency.successor }
  })
}
