import type { Expected, FlowEvent } from './flow-event.ts'

/** What follows from events, given what was expected before that they may meet. */
export interface ExpectedChange {
  /** Ids of rows that are met. */
  readonly met: readonly string[]
  readonly added: readonly Expected[]
}

/** Of which agency something was expected in a flow. */
export type ExpectedOf = Pick<Expected, 'flow' | 'agency'>

const recalling = /^document\.recalled\.v\d+$/

/** What events may meet or end. */
export function mayMeet(events: readonly FlowEvent[]): readonly ExpectedOf[] {
  const all = events.flatMap(({ type, flow, sender, mayRead }) => {
    const agencies = recalling.test(type) ? mayRead : [sender]
    return agencies.map((agency) => [`${agency} ${flow}`, { flow, agency }] as const)
  })
  return [...new Map(all).values()]
}

/**
 * An event meets what was expected of its agency in the flow, if it is about the same subject or names the
 * event as its cause. A recall ends what was expected of its recipients, since they need not answer any more.
 */
export function changeExpected(before: readonly Expected[], events: readonly FlowEvent[]): ExpectedChange {
  const open = Map.groupBy(before, ({ flow }) => flow)
  const known = new Set(before.map(({ id }) => id))
  const met: string[] = []
  for (const event of events) {
    const rows = open.get(event.flow) ?? []
    const isMet = metBy(event)
    const left = rows.filter((row) => {
      if (!isMet(row)) return true
      if (known.has(row.id)) met.push(row.id)
      return false
    })
    left.push(...event.expected)
    if (left.length > 0 || rows.length > 0) open.set(event.flow, left)
  }
  return { met, added: [...open.values()].flat().filter(({ id }) => !known.has(id)) }
}

/** Which of what was expected before an event meets or ends. */
function metBy({ type, subject, sender, causationid, mayRead }: FlowEvent): (row: Expected) => boolean {
  if (recalling.test(type)) {
    return (row) => row.sender === sender && row.subject === subject && mayRead.includes(row.agency)
  }
  return (row) =>
    row.agency === sender &&
    (row.subject === subject || row.event === causationid) &&
    row.types.split(' ').includes(type)
}
