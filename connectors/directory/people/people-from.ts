import type { BusEvent } from '#protocol/events/event.ts'
import { dayOf, type Person, personOn } from './person.ts'

/**
 * The systems whose events about one person count: those of the settings, otherwise the one that was first. Two staff
 * systems may have given one number to two people.
 */
export function systemsThatCount(
  events: readonly BusEvent[],
  staffSystems: readonly string[]
): readonly string[] {
  return staffSystems.length > 0 ? staffSystems : events.slice(0, 1).map(({ source }) => source)
}

/**
 * The person on a day, from all events about the person in the order in which they were recorded. Of several systems,
 * the one that opened the account last decides: who left one agency may work in another.
 */
export function personFrom(
  events: readonly BusEvent[],
  staffSystems: readonly string[],
  day: string
): Person | undefined {
  const systems = systemsThatCount(events, staffSystems)
  const people = systems.flatMap(
    (system) =>
      personOn(
        events.filter(({ source }) => source === system),
        day
      ) ?? []
  )
  const open = people.filter(({ state }) => state !== 'closed')
  return (open.length > 0 ? open : people).toSorted((a, b) => a.since.localeCompare(b.since)).at(-1)
}

/** Everybody, as the events say today, by staff number. */
export async function peopleFrom(
  events: () => AsyncIterable<BusEvent>,
  staffSystems: readonly string[],
  now = Date.now()
): Promise<ReadonlyMap<string, Person>> {
  const bySubject = new Map<string, BusEvent[]>()
  for await (const event of events()) {
    const same = bySubject.get(event.subject)
    if (same) same.push(event)
    else bySubject.set(event.subject, [event])
  }
  const people = [...bySubject.values()].map((same) => personFrom(same, staffSystems, dayOf(now)))
  return new Map(people.flatMap((person) => (person ? [[person.staffNumber, person] as const] : [])))
}
