import type { Expected, FlowEvent } from './flow-event.ts'

/** What follows from events, given what was expected before that they may meet. */
export interface ExpectedChange {
  /** Ids of rows that are met. */
  readonly met: readonly string[]
  readonly added: readonly Expected[]
}

/** Of which agency something was expected, about a subject or in a flow. */
export interface ExpectedOf {
  readonly name: string
  readonly agency: string
}

const recalling = /^document\.recalled\.v\d+$/

/** What events may meet or end: about their subjects, and in the flows of those that name a cause. */
export function mayMeet(events: readonly FlowEvent[]): {
  readonly subjects: readonly ExpectedOf[]
  readonly flows: readonly ExpectedOf[]
} {
  const subjects = new Map<string, ExpectedOf>()
  const flows = new Map<string, ExpectedOf>()
  for (const { type, subject, flow, sender, causationid, mayRead } of events) {
    for (const agency of recalling.test(type) ? mayRead : [sender]) {
      subjects.set(`${agency} ${subject}`, { name: subject, agency })
    }
    if (causationid !== undefined) flows.set(`${sender} ${flow}`, { name: flow, agency: sender })
  }
  return { subjects: [...subjects.values()], flows: [...flows.values()] }
}

/**
 * An event meets what was expected of its agency, if it is about the same subject, or names the event as its cause in
 * the same flow. It may be of another flow, since a sender may leave `correlationid` out; then it must be for the
 * agency that asked. A recall ends what was expected of its recipients, since they need not answer any more.
 */
export function changeExpected(before: readonly Expected[], events: readonly FlowEvent[]): ExpectedChange {
  const open = Map.groupBy(before, ({ agency }) => agency)
  const known = new Set(before.map(({ id }) => id))
  const met: string[] = []
  for (const event of events) {
    const isMet = metBy(event)
    for (const agency of recalling.test(event.type) ? event.mayRead : [event.sender]) {
      const left = open.get(agency)?.filter((row) => {
        if (!isMet(row)) return true
        if (known.has(row.id)) met.push(row.id)
        return false
      })
      if (left) open.set(agency, left)
    }
    for (const row of event.expected) {
      const rows = open.get(row.agency)
      if (rows) rows.push(row)
      else open.set(row.agency, [row])
    }
  }
  return { met, added: [...open.values()].flat().filter(({ id }) => !known.has(id)) }
}

/** Which of what was expected before an event meets or ends. */
function metBy(event: FlowEvent): (row: Expected) => boolean {
  const { type, flow, subject, sender, causationid, mayRead } = event
  if (recalling.test(type)) return (row) => row.sender === sender && row.subject === subject
  const isFor = (row: Expected): boolean => row.sender === sender || mayRead.includes(row.sender)
  return (row) =>
    (row.flow === flow
      ? row.subject === subject || row.event === causationid
      : row.subject === subject && isFor(row)) && row.types.split(' ').includes(type)
}
