import type { Expectation } from '#protocol/avro/flow-marks.ts'
import { agencyOf, type BusEvent, recipientsOf } from '#protocol/events/event.ts'
import { instantMs } from '#protocol/events/instant.ts'
import type { JsonObject } from '#protocol/events/json.ts'
import { createWorkingClock, type WorkingHours } from '#protocol/timing/working-time.ts'
import type { ParsedEvent } from '../projector/just-projected.ts'
import type { FlowTables } from './flow-tables.ts'
import { type PayloadReaders, valueAt } from './payload-reader.ts'
import { flowOf } from './terms.ts'

export type Expected = Omit<FlowTables['flowExpected'], 'generation'>

/** An archived event as the view needs it. */
export interface FollowedEvent extends Pick<ParsedEvent, 'number' | 'event'> {
  /** Milliseconds since the epoch. */
  readonly recordedAt: number
  /** The agencies that may see it, beside its sender, by the state under which it was accepted. */
  readonly mayRead: readonly string[]
}

/** An archived event as a batch keeps it: without its payload, so that few payloads are in memory. */
export interface FlowEvent
  extends Pick<BusEvent, 'id' | 'type' | 'subject' | 'causationid'>,
    Pick<FollowedEvent, 'number' | 'mayRead'> {
  readonly flow: string
  /** The agency that sent it. */
  readonly sender: string
  /** What should follow it. */
  readonly expected: readonly Expected[]
}

export interface ExpectedOptions {
  readonly readers: PayloadReaders
  readonly hours: WorkingHours
}

export function toFlowEvent(recorded: FollowedEvent, options: ExpectedOptions): FlowEvent {
  const { number, event, mayRead } = recorded
  const { id, type, subject, causationid } = event
  return {
    ...{ number, id, type, subject, mayRead },
    ...(causationid === undefined ? {} : { causationid }),
    flow: flowOf(event),
    sender: agencyOf(event.source),
    expected: expectedAfter(recorded, options)
  }
}

/** Days that are looked at for one term: 10,000 working hours are five years. */
const maxDays = 4000

/** What is expected after an event: of each agency, any of the types that its schema names. */
function expectedAfter(
  { number, event, recordedAt, mayRead }: FollowedEvent,
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
  const { id, subject, data } = event
  const common = { flow: flowOf(event), step: number, sender, subject, event: id, since: recordedAt }
  return expects.flatMap(({ from, types, any }) => {
    const due = dueOf(any, data, { recordedAt, hours })
    return agencies[from].map((agency) => ({
      ...common,
      ...{ id: `${number}.${from}.${agency}`, agency, types, due }
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
  return instantMs(written.length === 10 ? `${written}T17:00:00.000Z` : written)
}
