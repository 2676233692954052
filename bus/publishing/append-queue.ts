import type { Appended, EventLog, NewRecord } from '#engines/event-log/event-log.ts'
import { reachFailpoint } from '#engines/telemetry/failpoints.ts'
import { BusError } from '#protocol/errors/bus-error.ts'
import { agencyOf } from '#protocol/events/event.ts'
import type { CheckedEvent } from '#protocol/events/event-stages.ts'
import type { Proof } from '#protocol/events/proof.ts'
import { type EventRecord, withReceipt } from '#protocol/events/record.ts'
import type { ReceiptLeaf } from '#protocol/trust/receipt.ts'
import { createFairQueue, type Submission, type SubmissionPart } from './fair-queue.ts'
import type { RecentlyAppended } from './recently-appended.ts'

/** A record to append, and the event that it was made of, which then need not be read from it. */
export interface RecordToAppend extends EventRecord {
  readonly checked?: CheckedEvent | undefined
}

/** The outcome of an append, with the receipt to return: the record's own, or the first one for a repeat. */
export type AppendOutcome =
  | ({ readonly outcome: 'appended' | 'repeated' } & Pick<NewRecord, 'recordedTime' | 'receipt'>)
  | { readonly outcome: 'conflicting' }

export interface AppendQueueOptions {
  readonly log: { append(records: readonly (NewRecord & RecordToAppend)[]): ReturnType<EventLog['append']> }
  /** Signs one root over all leaves and returns the proof of each. */
  readonly signReceipts: (leaves: readonly ReceiptLeaf[]) => Promise<readonly Proof[]>
  /** Set if this process also projects. */
  readonly recent?: RecentlyAppended | undefined
}

/**
 * After this time a batch no longer holds up the next one. A batch takes longer while part of the log is
 * unavailable.
 */
const patienceMs = 50

/** Records appended in order. They fail together and independently of other submissions. */
interface WaitingSubmission extends Submission<RecordToAppend> {
  readonly outcomes: AppendOutcome[]
  readonly resolve: (outcomes: readonly AppendOutcome[]) => void
  readonly reject: (error: unknown) => void
}

/**
 * Appends records in batches. Submissions that queue while a batch is in flight form the next batch and
 * share one signed receipt root. A receipt is signed before the append, stored with its record, and
 * returned once the record is durable. Agencies that append at the same time share batches and queue.
 */
export function createAppendQueue({ log, signReceipts, recent }: AppendQueueOptions) {
  const queue = createFairQueue<WaitingSubmission>()
  let running = false

  const appendRecords = async (
    records: readonly (NewRecord & RecordToAppend)[]
  ): Promise<readonly AppendOutcome[]> => {
    for (const record of records) if (record.checked) recent?.keep(record, record.checked)
    const outcomes = await log.append(records)
    reachFailpoint('publishing.after-append')
    return records.map((record, index) => {
      const appended = at(outcomes, index)
      if (appended.outcome !== 'appended') recent?.forget(record.hash)
      return toOutcome(appended, record)
    })
  }

  const appendBatch = async (batch: readonly SubmissionPart<WaitingSubmission>[]): Promise<void> => {
    try {
      const records = batch.flatMap((part) => part.records)
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
      const appending = batch.map(({ submission, records: own }) =>
        appendRecords(signed.splice(0, own.length)).then(
          (outcomes) => appended(submission, outcomes),
          (error: unknown) => submission.reject(error)
        )
      )
      await Promise.all(appending)
    } catch (error) {
      for (const { submission } of batch) submission.reject(error)
    }
  }

  const appended = (submission: WaitingSubmission, outcomes: readonly AppendOutcome[]): void => {
    submission.outcomes.push(...outcomes)
    submission.isUnderWay = false
    if (submission.outcomes.length === submission.records.length) submission.resolve(submission.outcomes)
    else void run()
  }

  const run = async (): Promise<void> => {
    if (running) return
    running = true
    for (let batch = queue.next(); batch.length > 0; batch = queue.next()) {
      await waitAtMost(appendBatch(batch), patienceMs)
    }
    running = false
  }

  return {
    /** Records that are not answered yet. */
    size: queue.size,
    /**
     * Resolves when the records, all of one agency or of the bus, are durable or were stored already. Rejects
     * with `BUS_OVERLOADED` or `BUS_LOG_UNAVAILABLE`; then some may be stored: append all of them again.
     */
    async append(records: readonly RecordToAppend[]): Promise<readonly AppendOutcome[]> {
      if (records.length === 0) return [] // Every event was rejected.
      const agency = agencyOf(at(records, 0).source)
      const { promise, resolve, reject } = Promise.withResolvers<readonly AppendOutcome[]>()
      const outcomes: AppendOutcome[] = []
      const submission: WaitingSubmission = { records, outcomes, isUnderWay: false, resolve, reject }
      if (!queue.add(agency, submission)) {
        throw new BusError('BUS_OVERLOADED', 'append-queue-full', { waitMs: 1000 })
      }
      void run()
      try {
        return await promise
      } finally {
        queue.remove(agency, submission)
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
