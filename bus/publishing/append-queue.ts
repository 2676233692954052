import type { Appended, EventLog, NewRecord } from '#engines/event-log/event-log.ts'
import { reachFailpoint } from '#engines/telemetry/failpoints.ts'
import { BusError } from '#protocol/errors/bus-error.ts'
import type { Proof } from '#protocol/events/proof.ts'
import { type EventRecord, withReceipt } from '#protocol/events/record.ts'
import type { ReceiptLeaf } from '#protocol/trust/receipt.ts'
import type { KnownEvent, RecentlyAppended } from './recently-appended.ts'

/** A record to append, and what is known of its event where the projector of this process may be given it. */
export interface RecordToAppend extends EventRecord {
  readonly known?: KnownEvent | undefined
}

/** An append's outcome, with the receipt that goes out: the record's own, or for a repeat the first one. */
export type AppendOutcome =
  | ({ readonly outcome: 'appended' | 'repeated' } & Pick<NewRecord, 'recordedTime' | 'receipt'>)
  | { readonly outcome: 'conflicting' }

export interface AppendQueueOptions {
  readonly log: Pick<EventLog, 'append'>
  /** Signs one root over all leaves and gives each its path. */
  readonly signReceipts: (leaves: readonly ReceiptLeaf[]) => Promise<readonly Proof[]>
  /** Where this process projects too; undefined elsewhere. */
  readonly recent?: RecentlyAppended | undefined
}

/** Records that are not answered yet, at once, before more are refused. */
const maxOpen = 10_000
const maxOpenBytes = 67_108_864
const maxBatch = 500
/** A batch that takes longer, as one does while a part of the log is away, no longer holds up the next. */
const patienceMs = 50

/** Records that were handed in together: they are appended in one call, in order, and fail together and alone. */
interface Submission {
  readonly records: readonly RecordToAppend[]
  readonly resolve: (held: readonly AppendOutcome[]) => void
  readonly reject: (error: unknown) => void
}

/**
 * Appends records in batches: what queued while the last batch was in flight
 * goes together, under one signed receipt root. A receipt is signed before the
 * append, stored with the record, and handed out once the record is durable.
 */
export function createAppendQueue({ log, signReceipts, recent }: AppendQueueOptions) {
  let queue: Submission[] = []
  let open = 0
  let openBytes = 0
  let running = false

  const appendGroup = async (
    records: readonly (NewRecord & RecordToAppend)[]
  ): Promise<readonly AppendOutcome[]> => {
    for (const record of records) if (record.known) recent?.keep(record, record.known)
    const outcomes = await log.append(records)
    reachFailpoint('publishing.after-append')
    return records.map((record, index) => {
      const appended = at(outcomes, index)
      if (appended.outcome !== 'appended') recent?.forget(record.hash)
      return toOutcome(appended, record)
    })
  }

  const appendBatch = async (batch: readonly Submission[]): Promise<void> => {
    try {
      const records = batch.flatMap((submission) => submission.records)
      const receipts = await signReceipts(
        records.map(({ source, id, hash, recordedTime }) => ({
          source,
          id,
          hash,
          recordedtime: recordedTime
        }))
      )
      reachFailpoint('publishing.before-append')
      const signed = records.map((record, index) => withReceipt(record, at(receipts, index)))
      const appending = batch.map(({ records: own, resolve, reject }) =>
        appendGroup(signed.splice(0, own.length)).then(resolve, reject)
      )
      await Promise.all(appending)
    } catch (error) {
      for (const { reject } of batch) reject(error)
    }
  }

  /** Whole submissions, as many as make a batch. */
  const nextBatch = (): readonly Submission[] => {
    let records = 0
    const past = queue.findIndex((submission, index) => {
      records += submission.records.length
      return index > 0 && records > maxBatch
    })
    const batch = queue.slice(0, past < 0 ? queue.length : past)
    queue = queue.slice(batch.length)
    return batch
  }

  const run = async (): Promise<void> => {
    running = true
    while (queue.length > 0) await waitAtMost(appendBatch(nextBatch()), patienceMs)
    running = false
  }

  return {
    /**
     * Resolves once the records are durable, or were already held; rejects with
     * `BUS_OVERLOADED` or `BUS_LOG_UNAVAILABLE`, then all of them are to be
     * handed in again.
     */
    async append(records: readonly RecordToAppend[]): Promise<readonly AppendOutcome[]> {
      if (records.length === 0) return [] // Every event was refused: there is nothing to sign for.
      const bytes = records.reduce((sum, { value }) => sum + value.length, 0)
      if (open + records.length > maxOpen || (open > 0 && openBytes + bytes > maxOpenBytes)) {
        throw new BusError('BUS_OVERLOADED', 'append-queue-full', { waitMs: 1000 })
      }
      open += records.length
      openBytes += bytes
      const { promise, resolve, reject } = Promise.withResolvers<readonly AppendOutcome[]>()
      queue.push({ records, resolve, reject })
      if (!running) void run()
      try {
        return await promise
      } finally {
        open -= records.length
        openBytes -= bytes
      }
    }
  }
}

export type AppendQueue = ReturnType<typeof createAppendQueue>

/** Resolves when the work has ended, at the latest after so long. */
async function waitAtMost(work: Promise<void>, ms: number): Promise<void> {
  const late = Promise.withResolvers<void>()
  const timer = setTimeout(late.resolve, ms)
  await Promise.race([work, late.promise])
  clearTimeout(timer)
}

function toOutcome(appended: Appended, { receipt, recordedTime }: NewRecord): AppendOutcome {
  return appended.outcome === 'appended' ? { outcome: 'appended', receipt, recordedTime } : appended
}

function at<T>(list: readonly T[], index: number): T {
  const item = list[index]
  if (item === undefined) throw new TypeError(`nothing at ${index} of ${list.length}`)
  return item
}
