import type { ConnectorIo, OutboundEvent } from '../../connector.ts'
import { dayOf, eventTypes, personOn } from '../people/person.ts'
import type { DirectorySession } from '../session.ts'
import { provision } from './provision.ts'

/**
 * Brings the account of a person to what holds today, by all events about the person of the same system. An event
 * for a later day is taken, and applied by the first poll of that day.
 */
export async function deliver(
  session: DirectorySession,
  { event }: Pick<OutboundEvent, 'event'>,
  io: ConnectorIo
): Promise<undefined> {
  const former = await io.given(event.subject, eventTypes)
  const known = former.some(({ id, source }) => id === event.id && source === event.source)
    ? former
    : [...former, event]
  const events = known.filter(({ source }) => source === event.source)
  const person = personOn(events, dayOf(io.now()))
  if (person !== undefined) await provision(session, person, io)
  return undefined
}
