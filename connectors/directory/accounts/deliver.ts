import type { BusEvent } from '#protocol/events/event.ts'
import type { ConnectorIo, Delivered, OutboundEvent } from '../../connector.ts'
import { faults } from '../faults.ts'
import { personFrom, systemsThatCount } from '../people/people-from.ts'
import { dayOf, eventTypes } from '../people/person.ts'
import type { DirectorySession } from '../session.ts'
import { provision } from './provision.ts'

/**
 * Brings the account of a person to what holds today. An event for a later day is taken, and applied by the first poll
 * of that day.
 */
export async function deliver(
  session: DirectorySession,
  { event }: Pick<OutboundEvent, 'event'>,
  io: ConnectorIo
): Promise<Delivered | undefined> {
  const { id, source } = event
  const former = await io.given(event.subject, eventTypes)
  const isKnown = former.some((one) => one.id === id && one.source === source)
  const events = isKnown ? former : [...former, event]
  const systems = systemsThatCount(events, session.settings.staffSystems)
  if (!systems.includes(source)) throw faults.systemForeign({ values: { systems: systems.join(', ') } })
  const fault = await applyEvents(session, events, io)
  return fault && { items: [{ reference: `${source} ${id}`, fault }] }
}

/** Gives what a person is to be told although it was done. */
export async function applyEvents(session: DirectorySession, events: readonly BusEvent[], io: ConnectorIo) {
  const person = personFrom(events, session.settings.staffSystems, dayOf(io.now()))
  return person && provision(session, person, io)
}
