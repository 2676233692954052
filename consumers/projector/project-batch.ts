import type { LogRecord } from '#engines/event-log/event-log.ts'
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

/**
 * Projects a batch so that no record stops the records after it. If the store refuses what a record contains,
 * each half is projected in a transaction of its own, down to the single record; a record that is refused alone
 * twice is quarantined. Other failures reject, and the caller tries again from the last position: a database
 * that is unreachable or full, and also a programming error, which needs a corrected release. Otherwise accepted
 * events would end in quarantine for a fault that is not theirs.
 */
export async function projectBatch(batch: Batch, options: ProjectBatchOptions): Promise<void> {
  try {
    await options.project(batch)
  } catch (error) {
    if (!options.refuses(error)) throw error
    const middle = Math.floor(batch.records.length / 2)
    if (middle === 0) return projectOrQuarantine(batch, options)
    await projectBatch(partOf(batch, 0, middle), options)
    await projectBatch(partOf(batch, middle), options)
  }
}

async function projectOrQuarantine(batch: Batch, options: ProjectBatchOptions): Promise<void> {
  try {
    await options.project(batch)
  } catch (error) {
    const [record] = batch.records
    if (!record || !options.refuses(error)) throw error
    const isOurs = batch.quarantined[0]?.isOurs ?? true
    const quarantined = [{ record, reason: `it cannot be stored: ${error}`, isOurs }]
    await options.project({ ...batch, events: [], quarantined })
  }
}

function partOf({ records, events, quarantined, after }: Batch, from: number, to?: number): Batch {
  const part = records.slice(from, to)
  const own = new Set<QuarantinedRecord['record']>(part)
  return {
    records: part,
    events: events.filter(({ record }) => own.has(record)),
    quarantined: quarantined.filter(({ record }) => own.has(record)),
    after: records[from - 1]?.position ?? after
  }
}
