import type { LogRecord } from '#engines/event-log/event-log.ts'
import { BusError, retryOf } from '#protocol/errors/bus-error.ts'
import type { Decoded, QuarantinedRecord } from './project-records.ts'

/** Consecutive records, with the result of decoding them. */
export interface Batch {
  readonly records: readonly LogRecord[]
  /** The events of these records, in their order. */
  readonly events: readonly Decoded[]
  readonly quarantined: readonly QuarantinedRecord[]
  /** The position before the first record. */
  readonly after: number
}

export interface ProjectBatchOptions {
  /** Projects a batch in one transaction: all of it or nothing. */
  readonly project: (batch: Batch) => Promise<void>
  /** Whether the store refused the values of a statement (`Store.refuses`). */
  readonly refuses: (error: unknown) => boolean
}

/** Inbox entries of one transaction; an event with more recipients has a transaction of its own. */
const maxEntries = 10_000

/**
 * Projects a batch so that no record stops the records after it. If a
 * transaction fails because of what a record contains, each half is projected
 * in a transaction of its own, down to the single record; a record that fails
 * alone twice is quarantined. Other failures, such as a database that is
 * unreachable or full, reject: the caller tries again from the last position.
 */
export async function projectBatch(batch: Batch, options: ProjectBatchOptions): Promise<void> {
  for (const portion of portionsOf(batch, maxEntries)) await projectPortion(portion, options)
}

async function projectPortion(batch: Batch, options: ProjectBatchOptions): Promise<void> {
  try {
    await options.project(batch)
  } catch (error) {
    if (!isAboutRecords(error, options)) throw error
    const middle = Math.floor(batch.records.length / 2)
    if (middle === 0) return projectOrQuarantine(batch, options)
    await projectPortion(partOf(batch, 0, middle), options)
    await projectPortion(partOf(batch, middle), options)
  }
}

async function projectOrQuarantine(batch: Batch, options: ProjectBatchOptions): Promise<void> {
  try {
    await options.project(batch)
  } catch (error) {
    const [record] = batch.records
    if (!record || !isAboutRecords(error, options)) throw error
    const isOurs = batch.quarantined[0]?.isOurs ?? true
    const quarantined = [{ record, reason: `it cannot be stored: ${error}`, isOurs }]
    await options.project({ ...batch, events: [], quarantined })
  }
}

/** Programming errors count too: only the record that causes one is held back. */
function isAboutRecords(error: unknown, { refuses }: ProjectBatchOptions): boolean {
  return !(error instanceof BusError) && (refuses(error) || retryOf(error) === 'never')
}

/** Cuts a batch so that no transaction writes more inbox entries than this; most batches stay whole. */
export function* portionsOf(batch: Batch, most: number): Generator<Batch> {
  let from = 0
  let entries = 0
  let next = 0
  for (const [at, record] of batch.records.entries()) {
    const event = batch.events[next]
    if (event?.record !== record) continue
    next += 1
    if (entries > 0 && entries + event.grants.length > most) {
      yield partOf(batch, from, at)
      from = at
      entries = 0
    }
    entries += event.grants.length
  }
  yield from === 0 ? batch : partOf(batch, from)
}

function partOf({ records, events, quarantined, after }: Batch, from: number, to?: number): Batch {
  const part = records.slice(from, to)
  const own = new Set(part)
  return {
    records: part,
    events: events.filter(({ record }) => own.has(record)),
    quarantined: quarantined.filter(({ record }) => own.has(record)),
    after: records[from - 1]?.position ?? after
  }
}
