import { BusError } from '#protocol/errors/bus-error.ts'
import type { ConnectorIo, InboundItem, Polled } from '../../connector.ts'
import { dayOf, effectiveDateOf, eventTypes } from '../people/person.ts'
import type { DirectorySession } from '../session.ts'
import { applyEvents } from './deliver.ts'

/**
 * Once a day: brings those to what holds today about whom an event begins to hold since the day of the cursor. Only
 * events that were delivered count: a person may have skipped one. What cannot be applied is quarantined for a person;
 * the others go on.
 */
export async function applyDue(
  session: DirectorySession,
  cursor: string | undefined,
  io: ConnectorIo
): Promise<Polled> {
  const today = dayOf(io.now())
  if (cursor === undefined || cursor >= today) return { items: [], cursor: cursor ?? today }
  const due = new Set<string>()
  for await (const event of io.visible(eventTypes)) {
    const day = effectiveDateOf(event)
    if (day > cursor && day <= today) due.add(event.subject)
  }
  const items: InboundItem[] = []
  for (const subject of due) {
    const fault = await faultOf(async () => applyEvents(session, await io.given(subject, eventTypes), io))
    if (fault !== undefined) items.push({ reference: `${subject} ${today}`, fault })
  }
  return { items, cursor: today }
}

/** Why the directory will never take it; other failures end the poll, which is done again. */
async function faultOf(work: () => Promise<BusError | undefined>): Promise<BusError | undefined> {
  try {
    return await work()
  } catch (error) {
    if (error instanceof BusError && error.code === 'BUS_PEER_REFUSED') return error
    throw error
  }
}
