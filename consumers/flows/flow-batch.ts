import { type ExpectedOptions, type FlowEvent, type FollowedEvent, toFlowEvent } from './flow-event.ts'
import { termsOf } from './terms.ts'

/** Consecutive events of one block of the archive, and what they are found by. */
export interface FlowBatch {
  readonly events: readonly FlowEvent[]
  /** The events that have a term, by archive number, oldest first. */
  readonly terms: ReadonlyMap<string, readonly number[]>
}

/** One that is being made. */
export interface OpenBatch extends FlowBatch {
  readonly events: FlowEvent[]
  readonly terms: Map<string, number[]>
}

export function openBatch(): OpenBatch {
  return { events: [], terms: new Map() }
}

/** Adds the next event, of which nothing else is kept. */
export function addToBatch(
  { events, terms }: OpenBatch,
  followed: FollowedEvent,
  options: ExpectedOptions
): void {
  const { number, event, mayRead } = followed
  for (const term of termsOf(event, options.readers(event.type), mayRead)) {
    const numbers = terms.get(term)
    if (!numbers) terms.set(term, [number])
    else if (numbers.at(-1) !== number) numbers.push(number)
  }
  events.push(toFlowEvent(followed, options))
}

/** The events of a batch after a number. */
export function restOf({ events, terms }: OpenBatch, after: number): OpenBatch {
  const rest = openBatch()
  rest.events.push(...events.filter(({ number }) => number > after))
  for (const [term, all] of terms) {
    const numbers = all.filter((number) => number > after)
    if (numbers.length > 0) rest.terms.set(term, numbers)
  }
  return rest
}
