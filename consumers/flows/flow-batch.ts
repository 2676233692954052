import { type ExpectedOptions, type FlowEvent, type FollowedEvent, toFlowEvent } from './flow-event.ts'
import { termsOf } from './terms.ts'

/** Events handled in one turn of the event loop, which they must not block. */
export const inOneGo = 128

/** Consecutive events of one block of the archive, and what they are found by. */
export interface FlowBatch {
  readonly events: readonly FlowEvent[]
  /** The events that have a term, by archive number, oldest first. */
  readonly terms: ReadonlyMap<string, readonly number[]>
}

export interface NextBatch {
  readonly batch: FlowBatch
  /** Whether the next one is due at once. If not, what came meanwhile is gathered for a while. */
  readonly isCut: boolean
}

/** One that is being made. */
export interface OpenBatch extends FlowBatch {
  readonly events: FlowEvent[]
  readonly terms: Map<string, number[]>
  /** About how many values it holds. */
  size: number
}

export function openBatch(): OpenBatch {
  return { events: [], terms: new Map(), size: 0 }
}

/** Adds the next event, without its payload; if that fails, nothing of it. */
export function addToBatch(batch: OpenBatch, followed: FollowedEvent, options: ExpectedOptions): void {
  const { number, event, mayRead } = followed
  const kept = toFlowEvent(followed, options)
  const terms = termsOf(event, options.readers(event.type), mayRead)
  for (const term of terms) {
    const numbers = batch.terms.get(term)
    if (!numbers) batch.terms.set(term, [number])
    else if (numbers.at(-1) !== number) numbers.push(number)
  }
  batch.events.push(kept)
  batch.size += 1 + terms.length + mayRead.length + kept.expected.length
}

/** A batch of the events after a number. */
export function restOf({ events, terms, size }: OpenBatch, after: number): OpenBatch {
  const rest: OpenBatch = { events: events.filter(({ number }) => number > after), terms: new Map(), size }
  for (const [term, all] of terms) {
    const numbers = all.filter((number) => number > after)
    if (numbers.length > 0) rest.terms.set(term, numbers)
  }
  return rest
}
