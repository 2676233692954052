import { instantMs } from '#protocol/events/instant.ts'
import type { JustProjected, ParsedEvent } from '../projector/just-projected.ts'
import { addToBatch, inOneGo, type NextBatch, type OpenBatch, openBatch, restOf } from './flow-batch.ts'
import type { ExpectedOptions } from './flow-event.ts'
import { blockOf } from './postings.ts'

/**
 * Best-effort: batches of what this process has just projected, made as it comes, so that it is not read again and no
 * payload waits for the view. What is not in it is read from the archive.
 */
export interface GatheredBatches extends JustProjected {
  /** Call when the archive was read to its end: batches are made from now on, until nobody takes them. */
  begin(): void
  /**
   * The batch after a number; undefined if it is not here. It is never changed once it is given: later events go to
   * another. Those up to the number are removed.
   */
  after(number: number): NextBatch | undefined
}

export interface GatherOptions extends ExpectedOptions {
  /** The most values that are held: a value takes 50 to 110 bytes, and an event for two recipients has some 35. */
  readonly maxSize?: number
}

/** Events that wait to be handled. */
const maxWaiting = 2000

interface Kept {
  batch: OpenBatch
  /** Given to somebody: nothing may be added. */
  isClosed: boolean
}

export function gatherBatches(options: GatherOptions): GatheredBatches {
  const { maxSize = 100_000 } = options
  let isOn = false
  /** Those who published them are answered first. */
  let waiting: ParsedEvent[] = []
  let kept: Kept[] = []

  const stop = (): void => {
    isOn = false
    waiting = []
    kept = []
  }

  /** The batch that an event goes to. */
  const batchFor = (number: number): OpenBatch => {
    const last = kept.at(-1)
    if (last && !last.isClosed && goesOn(last.batch, number)) return last.batch
    const batch = openBatch()
    kept.push({ batch, isClosed: false })
    return batch
  }

  const handle = (most: number): void => {
    try {
      for (const { number, event, recordedTime, grants } of waiting.splice(0, most)) {
        const mayRead = grants.map(({ agency }) => agency)
        const recordedAt = instantMs(recordedTime)
        addToBatch(batchFor(number), { number, event, recordedAt, mayRead }, options)
      }
    } catch {
      return stop() // The view has the same failure when it reads that event from the archive, and reports it.
    }
    if (kept.reduce((sum, { batch }) => sum + batch.size, 0) > maxSize) stop()
  }

  const handleSome = (): void => {
    handle(inOneGo)
    if (waiting.length > 0) setImmediate(handleSome)
  }

  return {
    begin() {
      isOn = true
    },

    add(events) {
      if (!isOn) return
      if (waiting.length === 0) setImmediate(handleSome)
      waiting.push(...events)
      if (waiting.length > maxWaiting) stop()
    },

    after(number) {
      handle(waiting.length)
      kept = kept.filter(({ batch }) => lastOf(batch) > number)
      const [first, second] = kept
      if (!first || firstOf(first.batch) > number + 1) return undefined
      if (firstOf(first.batch) <= number) first.batch = restOf(first.batch, number)
      first.isClosed = true
      return {
        batch: first.batch,
        isCut: second !== undefined && !goesOn(first.batch, firstOf(second.batch))
      }
    }
  }
}

/** Whether an event comes next after those of a batch, in the same block. */
function goesOn(batch: OpenBatch, number: number): boolean {
  return lastOf(batch) === number - 1 && blockOf(lastOf(batch)) === blockOf(number)
}

function firstOf({ events }: OpenBatch): number {
  return events[0]?.number ?? 0
}

function lastOf({ events }: OpenBatch): number {
  return events.at(-1)?.number ?? 0
}
