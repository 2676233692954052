import type { Proof } from '#protocol/events/proof.ts'
import type { EventRecord } from '#protocol/events/record.ts'

/** A record to append. */
export interface NewRecord extends EventRecord {
  readonly receipt: Proof
}

/** A record's name for ever. */
export type RecordId = Pick<NewRecord, 'source' | 'id'>

/** What the log holds under an id. */
export type StoredRecord = Pick<NewRecord, 'hash' | 'recordedTime' | 'receipt'>

/** What became of one record. A repeat has the same content as the first with its id; a conflict has other content. */
export type Appended =
  | { readonly outcome: 'appended' }
  | ({ readonly outcome: 'repeated' } & Pick<NewRecord, 'recordedTime' | 'receipt'>)
  | { readonly outcome: 'conflicting' }

/** A record as it is read. */
export interface LogRecord extends Pick<NewRecord, 'topic' | 'key' | 'value' | 'headers'> {
  /** The part of the log it was read from. Each has an order of its own: SQLite has one for everything, Kafka one a partition. */
  readonly shard: string
  /** Its place in its shard, from 1; a reader's position there is the last one taken. */
  readonly position: number
  readonly partition: number
  /** Its place in the partition, from 0. */
  readonly offset: number
}

/** Stands for all shards of a log, where none of them can be read. */
export const everyShard = '*'

/**
 * Takes a batch of one shard, and with it the new position, in one transaction
 * of its own. Batches come one at a time. `after` is the position the batch
 * follows: the reader takes it only where that is still its own, since another
 * process may have taken the shard over, and an answer may have been lost.
 * `ahead` gives the batch that will follow it where that is at hand, so that it
 * can be looked at while this one is written.
 */
export type BatchReader = (
  records: readonly LogRecord[],
  after: number,
  ahead: () => readonly LogRecord[] | undefined
) => Promise<void>

export interface ReadOptions {
  /** Readers of one name share the shards out among them. */
  readonly group: string
  /** The position up to which everything of a shard is taken, 0 at first; asked when a shard is begun and after each failure. */
  readonly positionOf: (shard: string) => Promise<number>
  readonly reader: BatchReader
  /**
   * Told each time reading a shard stands still, with why: a batch was rejected,
   * the position could not be had, the log could not be read. Told `undefined`
   * once when it goes on, or is another's to read. Where nothing can be read
   * the shard is `everyShard`.
   */
  readonly onState: (fault: unknown, shard: string) => void
}

export interface Subscription {
  /** Waits for a batch in hand, then stops. Calling it twice is harmless. */
  close(): Promise<void>
}

/**
 * The append-only log every room of the bus talks through.
 *
 * Engines pass `tests/contracts/event-log.contract.ts`; a promise made here and
 * not tested there is a bug.
 */
export interface EventLog {
  /**
   * Stores records in the order given and answers for each once it would
   * survive a power cut. A repeat within one call counts as a repeat. Rejects
   * with `BUS_LOG_UNAVAILABLE` when that cannot be promised: some may be stored
   * all the same, so the caller appends the same records again and those come
   * back as `repeated`.
   */
  append(records: readonly NewRecord[]): Promise<readonly Appended[]>

  /**
   * What is held under each id, in the order asked; an append that has answered
   * is seen. Ids are kept when their records no longer are. Rejects with
   * `BUS_LOG_UNAVAILABLE`.
   */
  find(ids: readonly RecordId[]): Promise<readonly (StoredRecord | undefined)[]>

  /**
   * Hands every record after the reader's position to it, in the order of its
   * shard, in batches of at most 500 records or about 4 MiB. Holds no position
   * of its own. A rejected batch is handed over again, at growing intervals, and
   * never skipped. New records are handed over at once. A position past a
   * shard's end is of another log: reading stands still and says so, since what
   * is appended next would seem taken. Throws `BUS_LOG_UNAVAILABLE` when the log
   * is closed.
   */
  read(options: ReadOptions): Subscription

  /** The position of the last record of each shard that has any. Rejects with `BUS_LOG_UNAVAILABLE`. */
  ends(): Promise<ReadonlyMap<string, number>>

  /**
   * Called by a reader for records it has read and verified: from then on their
   * ids are held. Kafka notes an id as held only after its record is stored, so a
   * process that dies in between leaves a stored record that `find` does not see,
   * and that a repeat would append once more. The engine cannot note it while it
   * reads, since anyone's record may name an id. SQLite writes an id together
   * with its record: there is nothing to confirm. Rejects with
   * `BUS_STORE_UNAVAILABLE`.
   */
  confirmStored(ids: readonly RecordId[]): Promise<void>

  /**
   * Stops every subscription, answers the appends under way, then lets go of
   * the engine; whatever is asked after it is refused with
   * `BUS_LOG_UNAVAILABLE`. Calling it twice is harmless.
   */
  close(): Promise<void>
}
