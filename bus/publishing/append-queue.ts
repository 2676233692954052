import type { Appended, EventLog, NewRecord } from '#engines/event-log/event-log.ts'
import { reachFailpoint } from '#engines/telemetry/failpoints.ts'
import { BusError } from '#protocol/errors/bus-error.ts'
import type { Proof } from '#protocol/events/proof.ts'
import { type EventRecord, withReceipt } from '#protocol/events/record.ts'
import type { ReceiptLeaf } from '#protocol/trust/receipt.ts'
import type { KnownEvent, RecentlyAppended } from './recently-appended.ts'

/** A record to append. `known` is set if this process also projects: its projector can then use it. */
export interface RecordToAppend extends EventRecord {
  readonly known?: KnownEvent | undefined
}

/** The outcome of an append, with the receipt to return: the record's own, or the first one for a repeat. */
export type AppendOutcome =
  | ({ readonly outcome: 'appended' | 'repeated' } & Pick<NewRecord, 'recordedTime' | 'receipt'>)
  | { readonly outcome: 'conflicting' }

export interface AppendQueueOptions {
  readonly log: Pick<EventLog, 'append'>
  /** Signs one root over all leaves and returns the proof of each. */
  readonly signReceipts: (leaves: readonly ReceiptLeaf[]) => Promise<readonly Proof[]>
  /** Set if this process also projects. */
  readonly recent?: RecentlyAppended | undefined
}

/** Maximum number of records not answered yet; more are refused. */
const maxOpen = 10_000
const maxOpenBytes = 67_108_864
const maxBatch = 500
/**
 * After this time a batch no longer holds up the next one. A batch takes longer while part of the log is
 * unavailable.
 */
const patienceMs = 50

/** Records appended in one call, in order. They fail together and independently of other submissions. */
interface Submission {
  readonly records: readonly RecordToAppend[]
  readonly resolve: (held: readonly AppendOutcome[]) => void
  readonly reject: (error: unknown) => void
}

/**
 * Appends records in batches. Submissions that queue while a batch is in flight form the next batch and
 * share one signed receipt root. A receipt is signed before the append, stored with its record, and
 * returned once the record is durable.
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

  /** Whole submissions up to the size of a batch. */
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
     * Resolves when the records are durable or were stored already. Rejects with `BUS_OVERLOADED` or
     * `BUS_LOG_UNAVAILABLE`; then append all of them again.
     */
    async append(records: readonly RecordToAppend[]): Promise<readonly AppendOutcome[]> {
      if (records.length === 0) return [] // Every event was rejected.
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

/** Resolves when the work has ended, or after `ms`. */
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
