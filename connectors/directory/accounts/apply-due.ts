import { BusError } from '#protocol/errors/bus-error.ts'
import { instantMs } from '#protocol/events/instant.ts'
import type { ConnectorIo, InboundItem, Polled } from '../../connector.ts'
import { dayOf, effectiveDateOf, eventTypes } from '../people/person.ts'
import type { DirectorySession } from '../session.ts'
import { applyEvents } from './deliver.ts'

/** People of one poll, and those of them at a time: a merger may be due for thousands on one day. */
const perPoll = 200
const atOnce = 8

/**
 * Once a day: brings those to what holds today about whom an event that was announced begins to hold since the day of
 * the cursor, or ever if there is none. Only events that were delivered count: a person may have skipped one. What
 * cannot be applied is quarantined for a person; the others go on.
 */
export async function applyDue(
  session: DirectorySession,
  cursor: string | undefined,
  io: ConnectorIo
): Promise<Polled> {
  const today = dayOf(io.now())
  // In the course of a day the cursor also has that day and the last subject.
  const [from = '', to = today, ...rest] = cursor?.split(' ') ?? []
  if (from > today) io.log.warn({ from, today }, 'the clock was ahead: what is due is applied from today on')
  if (from >= today) return { items: [], cursor: today }
  const after = rest.join(' ')
  const due = new Set<string>()
  for await (const event of io.visible(eventTypes)) {
    const day = effectiveDateOf(event)
    const isAnnounced = day > dayOf(instantMs(event.time)) // Others hold from their delivery on.
    if (isAnnounced && day > from && day <= to && event.subject > after) due.add(event.subject)
  }
  const subjects = [...due].sort()
  const some = subjects.slice(0, perPoll)
  const items: InboundItem[] = []
  for (let at = 0; at < some.length; at += atOnce) {
    io.signal.throwIfAborted()
    const found = await Promise.all(
      some.slice(at, at + atOnce).map((subject) => faultOf(session, subject, io))
    )
    items.push(
      ...found.flatMap(({ subject, fault }) => (fault ? [{ reference: `${subject} ${to}`, fault }] : []))
    )
  }
  if (subjects.length > some.length) return { items, cursor: `${from} ${to} ${some.at(-1)}`, more: true }
  return { items, cursor: to, ...(to < today && { more: true }) }
}

/** Why the directory will never take it; other failures end the poll, which is done again. */
async function faultOf(
  session: DirectorySession,
  subject: string,
  io: ConnectorIo
): Promise<{ readonly subject: string; readonly fault: BusError | undefined }> {
  try {
    return { subject, fault: await applyEvents(session, await io.delivered(subject, eventTypes), io) }
  } catch (fault) {
    if (fault instanceof BusError && fault.code === 'BUS_PEER_REFUSED') return { subject, fault }
    throw fault
  }
}
