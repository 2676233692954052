import { BusError } from '../errors/bus-error.ts'
import type { Appended, EventLog, NewRecord } from '../event-log/event-log.ts'
import type { EventRecord } from '../events/record.ts'
import type { Failpoints } from '../telemetry/failpoints.ts'
import type { Proof } from '../trust/proof.ts'
import type { ReceiptLeaf } from '../trust/receipt.ts'

/** An append's outcome, with the receipt that goes out: the record's own, or for a repeat the first one. */
export type Held =
  | { readonly outcome: 'appended' | 'repeated'; readonly receipt: Proof; readonly recordedTime: string }
  | { readonly outcome: 'conflicting' }

export interface AppendQueueOptions {
  readonly log: EventLog
  /** Signs one root over all leaves and gives each its path. */
  readonly signReceipts: (leaves: readonly ReceiptLeaf[]) => Promise<readonly Proof[]>
  readonly withReceipt: (record: EventRecord, receipt: Proof) => NewRecord
  readonly failpoints: Failpoints
}

/** Records waiting at once before more are refused. */
const maxQueued = 10_000
const maxQueuedBytes = 67_108_864
const maxBatch = 500

interface Waiting {
  readonly record: EventRecord
  readonly resolve: (held: Held) => void
  readonly reject: (error: unknown) => void
}

/**
 * Appends records in batches: what queued while the last batch was in flight
 * goes together, under one signed receipt root. A receipt is signed before the
 * append, stored with the record, and handed out once the record is durable.
 */
export function createAppendQueue({ log, signReceipts, withReceipt, failpoints }: AppendQueueOptions) {
  let queue: Waiting[] = []
  let queuedBytes = 0
  let running = false

  const appendBatch = async (batch: readonly Waiting[]): Promise<void> => {
    try {
      const receipts = await signReceipts(
        batch.map(({ record: { source, id, hash, recordedTime } }) => ({
          source,
          id,
          hash,
          recordedtime: recordedTime
        }))
      )
      const records = batch.map(({ record }, index) => withReceipt(record, at(receipts, index)))
      failpoints.reach('publishing.before-append')
      const outcomes = await log.append(records)
      failpoints.reach('publishing.after-append')
      for (const [index, waiting] of batch.entries()) {
        waiting.resolve(toHeld(at(outcomes, index), at(records, index)))
      }
    } catch (error) {
      for (const { reject } of batch) reject(error)
    }
  }

  const run = async (): Promise<void> => {
    running = true
    while (queue.length > 0) {
      const batch = queue.slice(0, maxBatch)
      queue = queue.slice(maxBatch)
      for (const { record } of batch) queuedBytes -= record.value.length
      await appendBatch(batch)
    }
    running = false
  }

  return {
    /** Resolves once the record is durable, or was already held; rejects with `BUS_OVERLOADED` or `BUS_LOG_UNAVAILABLE`. */
    append(records: readonly EventRecord[]): Promise<readonly Held[]> {
      const bytes = records.reduce((sum, { value }) => sum + value.length, 0)
      if (
        queue.length + records.length > maxQueued ||
        (queue.length > 0 && queuedBytes + bytes > maxQueuedBytes)
      ) {
        return Promise.reject(new BusError('BUS_OVERLOADED', 'append-queue-full', { waitMs: 1000 }))
      }
      queuedBytes += bytes
      const held = records.map((record) => {
        const { promise, resolve, reject } = Promise.withResolvers<Held>()
        queue.push({ record, resolve, reject })
        return promise
      })
      if (!running) void run()
      return Promise.all(held)
    }
  }
}

function toHeld(appended: Appended, { receipt, recordedTime }: NewRecord): Held {
  return appended.outcome === 'appended' ? { outcome: 'appended', receipt, recordedTime } : appended
}

function at<T>(list: readonly T[], index: number): T {
  const item = list[index]
  if (item === undefined) throw new TypeError(`nothing at ${index} of ${list.length}`)
  return item
}
