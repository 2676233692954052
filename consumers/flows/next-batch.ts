import { setImmediate } from 'node:timers/promises'
import type { Archive } from '#bus/archive/archive.ts'
import { eventOf } from '#bus/archive/archived-event.ts'
import type { Control } from '#bus/control/control.ts'
import { grantsFor } from '#bus/policy/visibility.ts'
import type { FlowEvent } from './flow-event.ts'
import type { PayloadReaders } from './payload-reader.ts'
import { blockSize } from './postings.ts'
import { termsOf } from './terms.ts'

export interface NextBatchOptions {
  readonly archive: Pick<Archive, 'after'>
  readonly control: Pick<Control, 'state'>
  readonly readers: PayloadReaders
}

/** Consecutive events of one block of the archive, and what they are found by. */
export interface FlowBatch {
  readonly events: readonly FlowEvent[]
  /** The events that have a term, by archive number, oldest first. */
  readonly terms: ReadonlyMap<string, readonly number[]>
  /** Whether there may be more events after it. */
  readonly isCut: boolean
}

/** Events handled in one turn of the event loop: a batch must not block it. */
const inOneGo = 50

/** The events after a number that are to be added next. */
export async function nextBatch(
  { archive, control, readers }: NextBatchOptions,
  after: number
): Promise<FlowBatch> {
  const found = await archive.after(after, blockSize - ((after + 1) % blockSize))
  const events: FlowEvent[] = []
  const terms = new Map<string, number[]>()
  for (const [index, { number, body, recordedTime, act }] of found.events.entries()) {
    if (index % inOneGo === inOneGo - 1) await setImmediate()
    const event = eventOf({ body })
    const recordedAt = Date.parse(recordedTime)
    const mayRead = grantsFor(control.state, event, act, recordedAt).map(({ agency }) => agency)
    events.push({ number, event, recordedAt, mayRead })
    for (const term of termsOf(event, readers(event.type), mayRead)) {
      const numbers = terms.get(term)
      if (!numbers) terms.set(term, [number])
      else if (numbers.at(-1) !== number) numbers.push(number)
    }
  }
  return { events, terms, isCut: found.isCut }
}
