import type { Archive, UnprovenEvent } from '#bus/archive/archive.ts'
import { eventOf } from '#bus/archive/archived-event.ts'
import type { ActorPart } from '#protocol/avro/flow-marks.ts'
import { agencyOf } from '#protocol/events/event.ts'
import { type DescribeOptions, describeFlows, type FlowSummary } from './describe.ts'
import type { FlowIndex } from './flow-index.ts'
import { type FlowReader, type RightsOptions, visibleTo } from './rights.ts'

/** A step that the reader may see. */
export interface VisibleStep extends Omit<UnprovenEvent, 'body'> {
  readonly agency: string
  /** When it happened, by the sender's clock. */
  readonly time: string
  readonly title: string | undefined
  readonly actor: Readonly<Partial<Record<ActorPart, string>>> | undefined
  /** Hash of the step that it names as its cause. */
  readonly cause: string | undefined
}

/** A step that the reader may not see: only that it is there. */
export interface HiddenStep extends Pick<UnprovenEvent, 'number' | 'recordedTime'> {
  readonly isHidden: true
  readonly agency: string
}

export type FlowStep = VisibleStep | HiddenStep

export interface Timeline extends FlowSummary {
  readonly page: readonly FlowStep[]
  /** Names of visible steps that something is expected after, by archive number. */
  readonly awaiting: Awaited<ReturnType<Archive['namesOf']>>
  readonly next?: number
}

export interface TimelineOptions extends Omit<RightsOptions, 'archive'>, Omit<DescribeOptions, 'archive'> {
  readonly archive: Pick<Archive, 'namesOf' | 'withoutProofs'>
}

const lastStep = Number.MAX_SAFE_INTEGER
/** What is missing in a flow, as its timeline shows it. */
const mostMissing = 1000
/** Bodies that are read at once, and their length after which a page ends. */
const bodiesAtOnce = 64
const maxLength = 8_388_608
/** A number that no event has. */
const noEvent = 0
const noSteps = { numbers: [], first: noEvent, count: 0 }

/** A flow with its steps, oldest first; undefined if there is none of which the reader may see a step. */
export async function timelineOf(
  options: TimelineOptions,
  index: FlowIndex,
  {
    reader,
    flow,
    after,
    limit
  }: { readonly reader: FlowReader; readonly flow: string; readonly after: number; readonly limit: number }
): Promise<Timeline | undefined> {
  const steps = (await index.stepsOf([flow], lastStep)).get(flow) ?? noSteps
  const later = await index.stepsAfter(flow, after, limit + 1)
  // The same is asked for a flow that does not exist and for one that the reader may not see.
  const looked = [...new Set([...later, ...steps.numbers])].sort((one, other) => one - other)
  const visible = await visibleTo(options, reader, looked.length === 0 ? [noEvent] : looked)
  const seen = looked.filter((number) => visible.has(number))
  if (seen.length === 0) return undefined
  const [summary] = await describeFlows(options, index, [{ flow, steps, visible: seen }], mostMissing)
  if (!summary) return undefined
  const { events, next } = await eventsOf(options.archive, later, limit)
  return {
    ...summary,
    page: events.map(toStep(events, visible, options)),
    awaiting: await options.archive.namesOf(summary.missing.map(({ step }) => step)),
    ...(next === undefined ? {} : { next })
  }
}

/** The first of these steps: as many as were asked for, fewer where they are long. */
async function eventsOf(
  archive: Pick<Archive, 'withoutProofs'>,
  steps: readonly number[],
  limit: number
): Promise<{ readonly events: readonly UnprovenEvent[]; readonly next: number | undefined }> {
  const events: UnprovenEvent[] = []
  let length = 0
  for (let at = 0; at < Math.min(limit, steps.length) && length < maxLength; at += bodiesAtOnce) {
    const wanted = steps.slice(at, Math.min(at + bodiesAtOnce, limit))
    const found = await archive.withoutProofs(wanted)
    for (const number of wanted) {
      const event = found.get(number)
      if (!event) continue
      events.push(event)
      length += event.body.length
    }
  }
  return { events, next: events.length < steps.length ? events.at(-1)?.number : undefined }
}

function toStep(
  events: readonly UnprovenEvent[],
  visible: ReadonlySet<number>,
  { readers }: Pick<DescribeOptions, 'readers'>
): (event: UnprovenEvent) => FlowStep {
  const hashes = new Map(events.filter(({ number }) => visible.has(number)).map(({ id, hash }) => [id, hash]))
  return (archived) => {
    const { number, recordedTime, body: _, ...names } = archived
    const agency = agencyOf(archived.source)
    if (!visible.has(number)) return { number, isHidden: true, agency, recordedTime }
    const event = eventOf(archived)
    const reader = readers(event.type)
    return {
      number,
      recordedTime,
      ...names,
      agency,
      time: event.time,
      title: reader.title(event.data),
      actor: reader.actor(event.data),
      cause: event.causationid === undefined ? undefined : hashes.get(event.causationid)
    }
  }
}
