import { BusError } from '#protocol/errors/bus-error.ts'
import type { BusEvent } from '#protocol/events/event.ts'
import type { ConnectorIo, InboundItem, Polled } from '../../connector.ts'
import { dayOf, effectiveDateOf, eventTypes } from '../people/person.ts'
import type { DirectorySession } from '../session.ts'
import { deliver } from './deliver.ts'

/**
 * Once a day: applies the events that begin to hold since the day of the cursor. They were delivered before; what
 * held then was applied then. One that cannot be applied is quarantined for a person; the others go on.
 */
export async function applyDue(
  session: DirectorySession,
  cursor: string | undefined,
  io: ConnectorIo
): Promise<Polled> {
  const today = dayOf(io.now())
  if (cursor === undefined || cursor >= today) return { items: [], cursor: cursor ?? today }
  const due = new Map<string, BusEvent>()
  for await (const event of io.visible(eventTypes)) {
    const day = effectiveDateOf(event)
    if (day > cursor && day <= today) due.set(`${event.source} ${event.subject}`, event)
  }
  const items: InboundItem[] = []
  for (const event of due.values()) {
    const fault = await faultOf(() => deliver(session, { event }, io))
    if (fault !== undefined) items.push({ reference: `${event.source} ${event.id}`, fault })
  }
  return { items, cursor: today }
}

/** Why the directory will never take it; other failures end the poll, which is done again. */
async function faultOf(work: () => Promise<unknown>): Promise<BusError | undefined> {
  try {
    await work()
    return undefined
  } catch (error) {
    if (error instanceof BusError && error.code === 'BUS_PEER_REFUSED') return error
    throw error
  }
}
