import type { Expectation } from '#protocol/avro/flow-marks.ts'
import { agencyOf, recipientsOf } from '#protocol/events/event.ts'
import type { JsonObject } from '#protocol/events/json.ts'
import { createWorkingClock, type WorkingHours } from '#protocol/timing/working-time.ts'
import type { FlowEvent } from './flow-event.ts'
import type { FlowTables } from './flow-tables.ts'
import { type PayloadReaders, valueAt } from './payload-reader.ts'
import { flowOf } from './terms.ts'

export type Expected = Omit<FlowTables['flowExpected'], 'generation'>

export interface ExpectedOptions {
  readonly readers: PayloadReaders
  readonly hours: WorkingHours
}

/** Days that are looked at for one term: 10,000 working hours are five years. */
const maxDays = 4000

/** What follows from events, given what was expected before that they may meet. */
export interface ExpectedChange {
  /** Ids of rows that are met. */
  readonly met: readonly string[]
  readonly added: readonly Expected[]
}

/** Of which agency something was expected in a flow. */
export type ExpectedOf = Pick<Expected, 'flow' | 'agency'>

/** What events may meet or end. */
export function mayMeet(events: readonly FlowEvent[]): readonly ExpectedOf[] {
  const all = events.flatMap(({ event, mayRead }) => {
    const flow = flowOf(event)
    const agencies = recalling.test(event.type) ? mayRead : [agencyOf(event.source)]
    return agencies.map((agency) => [`${agency} ${flow}`, { flow, agency }] as const)
  })
  return [...new Map(all).values()]
}

/**
 * An event meets what was expected of its agency in the flow, if it is about the same subject or names the
 * event as its cause. A recall ends what was expected of its recipients, since they need not answer any more.
 */
export function changeExpected(
  before: readonly Expected[],
  events: readonly FlowEvent[],
  options: ExpectedOptions
): ExpectedChange {
  const open = Map.groupBy(before, ({ flow }) => flow)
  const known = new Set(before.map(({ id }) => id))
  const met: string[] = []
  for (const event of events) {
    const flow = flowOf(event.event)
    const rows = open.get(flow) ?? []
    const isMet = metBy(event)
    const left = rows.filter((row) => {
      if (!isMet(row)) return true
      if (known.has(row.id)) met.push(row.id)
      return false
    })
    left.push(...expectedAfter(event, options))
    if (left.length > 0 || rows.length > 0) open.set(flow, left)
  }
  return { met, added: [...open.values()].flat().filter(({ id }) => !known.has(id)) }
}

const recalling = /^document\.recalled\.v\d+$/

/** Which of what was expected before an event meets or ends. */
function metBy({ event, mayRead }: FlowEvent): (row: Expected) => boolean {
  const agency = agencyOf(event.source)
  if (recalling.test(event.type)) {
    return (row) => row.sender === agency && row.subject === event.subject && mayRead.includes(row.agency)
  }
  return (row) =>
    row.agency === agency &&
    (row.subject === event.subject || row.event === event.causationid) &&
    row.types.split(' ').includes(event.type)
}

/** What is expected after an event: of each agency, any of the types that its schema names. */
function expectedAfter(
  { number, event, recordedAt, mayRead }: FlowEvent,
  { readers, hours }: ExpectedOptions
): readonly Expected[] {
  const { expects } = readers(event.type)
  if (expects.length === 0) return []
  const sender = agencyOf(event.source)
  const named = recipientsOf(event)
  const agencies = {
    sender: [sender],
    recipient: named?.filter((agency) => mayRead.includes(agency)) ?? mayRead
  }
  return [...Map.groupBy(expects, ({ from }) => from)].flatMap(([from, some]) => {
    const due = dueOf(some, event.data, { recordedAt, hours })
    return agencies[from].map((agency) => ({
      id: `${number}.${from}.${agency}`,
      flow: flowOf(event),
      step: number,
      sender,
      subject: event.subject,
      event: event.id,
      agency,
      types: some.map(({ type }) => type).join(' '),
      since: recordedAt,
      due
    }))
  })
}

/** The latest of the times by which one of several should follow; null if one of them has none. */
function dueOf(
  some: readonly Expectation[],
  data: JsonObject,
  { recordedAt, hours }: { readonly recordedAt: number; readonly hours: WorkingHours }
): number | null {
  const dues = some.map(({ withinWorkingHours, until }) => {
    const written = until && valueAt(data, until)
    if (typeof written === 'string') return endOf(written)
    if (withinWorkingHours === undefined) return undefined
    return createWorkingClock(hours, maxDays).plusMinutes(recordedAt, withinWorkingHours * 60)
  })
  const known = dues.filter((due) => due !== undefined)
  return known.length === dues.length ? Math.round(Math.max(...known)) : null
}

/** An instant as it is; a date ends with its day in Vietnam. */
function endOf(written: string): number {
  return Date.parse(written.length === 10 ? `${written}T17:00:00.000Z` : written)
}
