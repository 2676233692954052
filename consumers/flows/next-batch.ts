import { setImmediate } from 'node:timers/promises'
import type { Archive } from '#bus/archive/archive.ts'
import { eventOf } from '#bus/archive/archived-event.ts'
import type { Control } from '#bus/control/control.ts'
import { grantsFor } from '#bus/policy/visibility.ts'
import { instantMs } from '#protocol/events/instant.ts'
import { addToBatch, inOneGo, type NextBatch, openBatch } from './flow-batch.ts'
import type { ExpectedOptions } from './flow-event.ts'
import type { GatheredBatches } from './gather.ts'
import { blockSize } from './postings.ts'

export interface NextBatchOptions extends ExpectedOptions {
  readonly archive: Pick<Archive, 'after'>
  readonly control: Pick<Control, 'state'>
  /** What the projector of this process leaves for the view. */
  readonly justProjected?: Pick<GatheredBatches, 'after' | 'begin'>
}

/** The events after a number that are to be added next. */
export async function nextBatch(options: NextBatchOptions, after: number): Promise<NextBatch> {
  const gathered = options.justProjected?.after(after)
  if (gathered) return gathered
  const read = await readBatch(options, after)
  if (!read.isCut) options.justProjected?.begin()
  return read
}

async function readBatch(options: NextBatchOptions, after: number): Promise<NextBatch> {
  const { archive, control } = options
  const batch = openBatch()
  const end = after + blockSize - ((after + 1) % blockSize)
  let isCut = true
  for (let last = after; isCut && last < end; last = batch.events.at(-1)?.number ?? end) {
    // Whole events, so few of them are in memory.
    const found = await archive.after(last, Math.min(inOneGo, end - last))
    for (const { number, body, recordedTime, act } of found.events) {
      const event = eventOf({ body })
      const recordedAt = instantMs(recordedTime)
      const mayRead = grantsFor(control.state, event, act, recordedAt).map(({ agency }) => agency)
      addToBatch(batch, { number, event, recordedAt, mayRead }, options)
    }
    isCut = found.isCut
    await setImmediate()
  }
  return { batch, isCut }
}
