import { setImmediate } from 'node:timers/promises'
import type { Archive } from '#bus/archive/archive.ts'
import { eventOf } from '#bus/archive/archived-event.ts'
import type { Control } from '#bus/control/control.ts'
import { grantsFor } from '#bus/policy/visibility.ts'
import { instantMs } from '#protocol/events/instant.ts'
import type { FollowedEvent, JustProjected } from '../projector/just-projected.ts'
import { type ExpectedOptions, type FlowEvent, toFlowEvent } from './flow-event.ts'
import { blockSize } from './postings.ts'
import { termsOf } from './terms.ts'

export interface NextBatchOptions extends ExpectedOptions {
  readonly archive: Pick<Archive, 'after'>
  readonly control: Pick<Control, 'state'>
  /** What the projector of this process leaves for the view. */
  readonly justProjected?: JustProjected
}

/** Consecutive events of one block of the archive, and what they are found by. */
export interface FlowBatch {
  readonly events: readonly FlowEvent[]
  /** The events that have a term, by archive number, oldest first. */
  readonly terms: ReadonlyMap<string, readonly number[]>
  /** Whether there may be more events after it. */
  readonly isCut: boolean
}

/** Events read and handled in one turn of the event loop: a batch must not block it, nor fill the memory. */
const inOneGo = 128

/** The events after a number that are to be added next. */
export async function nextBatch(options: NextBatchOptions, after: number): Promise<FlowBatch> {
  const events: FlowEvent[] = []
  const terms = new Map<string, number[]>()
  const end = after + blockSize - ((after + 1) % blockSize)
  let isCut = true
  for (let last = after; isCut && last < end; last = events.at(-1)?.number ?? end) {
    const found = await eventsAfter(last, Math.min(inOneGo, end - last), options)
    for (const one of found.events) events.push(handle(one, terms, options))
    isCut = found.isCut
    await setImmediate()
  }
  return { events, terms, isCut }
}

/** Parses those of the archive only when their turn comes, so that few are in memory. */
async function eventsAfter(
  number: number,
  limit: number,
  { archive, control, justProjected }: NextBatchOptions
): Promise<{ readonly events: Iterable<FollowedEvent>; readonly isCut: boolean }> {
  const found = justProjected?.after(number, limit)
  if (found) return found
  const { events, isCut } = await archive.after(number, limit)
  const parsed = events.values().map(({ number, body, recordedTime, act }) => {
    const event = eventOf({ body })
    const recordedAt = instantMs(recordedTime)
    const mayRead = grantsFor(control.state, event, act, recordedAt).map(({ agency }) => agency)
    return { number, event, recordedAt, mayRead }
  })
  return { events: parsed, isCut }
}

function handle(followed: FollowedEvent, terms: Map<string, number[]>, options: NextBatchOptions): FlowEvent {
  const { number, event, mayRead } = followed
  for (const term of termsOf(event, options.readers(event.type), mayRead)) {
    const numbers = terms.get(term)
    if (!numbers) terms.set(term, [number])
    else if (numbers.at(-1) !== number) numbers.push(number)
  }
  return toFlowEvent(followed, options)
}
