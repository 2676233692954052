import { instantMs } from '#protocol/events/instant.ts'
import type { JustProjected, ParsedEvent } from '../projector/just-projected.ts'
import { addToBatch, type FlowBatch, type OpenBatch, openBatch, restOf } from './flow-batch.ts'
import type { ExpectedOptions } from './flow-event.ts'
import { blockOf } from './postings.ts'

/**
 * Best-effort: batches of what this process has just projected, made as it comes, so that it is not read again and no
 * payload waits for the view. What is not in it is read from the archive.
 */
export interface Gathered extends JustProjected {
  /**
   * The batch after a number, and whether more are here; undefined if it is not. Those up to the number are removed;
   * what comes later is in others.
   */
  after(number: number): { readonly batch: FlowBatch; readonly isCut: boolean } | undefined
}

export interface GatheredOptions extends ExpectedOptions {
  readonly maxEvents?: number
  /** Bodies together; a character counts as a byte. */
  readonly maxBytes?: number
}

interface Kept {
  batch: OpenBatch
  bytes: number
  /** Given to somebody: nothing may be added. */
  isClosed: boolean
}

export function gatherBatches(options: GatheredOptions): Gathered {
  const { maxEvents = 8000, maxBytes = 16_777_216 } = options
  let kept: Kept[] = []
  /** Those who published them are answered first. */
  let waiting: ParsedEvent[] = []
  /** Kept only while somebody takes it. */
  let isTaken = false

  const isTooMuch = (): boolean =>
    sum(kept, ({ batch }) => batch.events.length) > maxEvents || sum(kept, ({ bytes }) => bytes) > maxBytes

  /** The one that an event goes to. */
  const batchFor = (number: number): Kept => {
    const last = kept.at(-1)
    const before = last && lastOf(last.batch)
    if (last && !last.isClosed && before === number - 1 && blockOf(before) === blockOf(number)) return last
    const next = { batch: openBatch(), bytes: 0, isClosed: false }
    kept.push(next)
    return next
  }

  const add = ({ number, event, recordedTime, grants, body }: ParsedEvent): void => {
    const mayRead = grants.map(({ agency }) => agency)
    const one = batchFor(number)
    addToBatch(one.batch, { number, event, recordedAt: instantMs(recordedTime), mayRead }, options)
    one.bytes += body.length
  }

  const empty = (): void => {
    kept = []
    isTaken = false
  }

  const takeWaiting = (): void => {
    const events = waiting
    waiting = []
    try {
      for (const event of events) add(event)
    } catch {
      // The view has the same failure when it reads that event from the archive, and reports it.
      empty()
    }
    // Whoever took it is behind, or gone: it reads the archive until it asks again.
    if (isTooMuch()) empty()
  }

  return {
    add(events) {
      if (!isTaken) return
      if (waiting.length === 0) setImmediate(takeWaiting)
      waiting.push(...events)
    },

    after(number) {
      isTaken = true
      takeWaiting()
      while (kept[0] && lastOf(kept[0].batch) <= number) kept.shift()
      const [first] = kept
      const begin = first?.batch.events[0]?.number
      if (!first || begin === undefined || begin > number + 1) return undefined
      if (begin <= number) first.batch = restOf(first.batch, number)
      first.isClosed = true
      return { batch: first.batch, isCut: kept.length > 1 }
    }
  }
}

function lastOf({ events }: FlowBatch): number {
  return events.at(-1)?.number ?? 0
}

function sum<T>(all: readonly T[], of: (one: T) => number): number {
  return all.reduce((total, one) => total + of(one), 0)
}
