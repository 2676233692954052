import type { BusEvent } from '#protocol/events/event.ts'
import { dayOf, type Person, personOn } from './person.ts'

/** Everybody, as the events say today, by staff number. */
export async function peopleFrom(
  events: () => AsyncIterable<BusEvent>,
  now = Date.now()
): Promise<ReadonlyMap<string, Person>> {
  const bySubject = new Map<string, BusEvent[]>()
  for await (const event of events()) {
    const same = bySubject.get(event.subject)
    if (same) same.push(event)
    else bySubject.set(event.subject, [event])
  }
  const today = dayOf(now)
  const people = [...bySubject.values()].map((same) => personOn(same, today))
  return new Map(people.flatMap((person) => (person ? [[person.staffNumber, person] as const] : [])))
}
