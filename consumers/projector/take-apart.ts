import type { LogRecord } from '#engines/event-log/event-log.ts'
import { BusError, retryOf } from '#protocol/errors/bus-error.ts'
import type { Decoded, QuarantinedRecord } from './project-records.ts'

/** Records in a row, and what is made of them. */
export interface Batch {
  readonly records: readonly LogRecord[]
  /** Of those records. */
  readonly events: readonly Decoded[]
  readonly quarantined: readonly QuarantinedRecord[]
  /** The position before the first. */
  readonly after: number
}

export interface TakeApartOptions {
  /** Takes a batch whole, or leaves nothing of it. */
  readonly take: (batch: Batch) => Promise<void>
  /** Whether an error is about what was written, as the store tells. */
  readonly refuses: (error: unknown) => boolean
}

/**
 * Takes a batch, so that no record stops those after it: where it fails for what
 * a record holds, each half is taken by itself, and a record that still fails
 * when it is alone, twice, is quarantined. What fails for another reason, as a
 * database that is away, rejects, and is tried again as it is.
 */
export async function takeApart(batch: Batch, options: TakeApartOptions): Promise<void> {
  const { take } = options
  try {
    await take(batch)
  } catch (error) {
    if (!isOfRecords(error, options)) throw error
    const middle = Math.floor(batch.records.length / 2)
    if (middle === 0) return takeOrQuarantine(batch, options)
    await takeApart(partOf(batch, 0, middle), options)
    await takeApart(partOf(batch, middle), options)
  }
}

async function takeOrQuarantine(batch: Batch, options: TakeApartOptions): Promise<void> {
  const { take } = options
  try {
    await take(batch)
  } catch (error) {
    const [record] = batch.records
    if (!record || !isOfRecords(error, options)) throw error
    const isOurs = batch.quarantined[0]?.isOurs ?? true
    await take({
      ...batch,
      events: [],
      quarantined: [{ record, reason: `it cannot be stored: ${error}`, isOurs }]
    })
  }
}

/** An error that nobody meant, too: it is the record that met it, and the others need not. */
function isOfRecords(error: unknown, { refuses }: TakeApartOptions): boolean {
  return !(error instanceof BusError) && (refuses(error) || retryOf(error) === 'never')
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
