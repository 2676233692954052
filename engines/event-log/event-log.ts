import type { Proof } from '#protocol/events/proof.ts'
import type { EventRecord } from '#protocol/events/record.ts'

/** A record to append. */
export interface NewRecord extends EventRecord {
  readonly receipt: Proof
}

/** Identifies a record, for ever. */
export type RecordId = Pick<NewRecord, 'source' | 'id'>

/** What the log stores under an id. */
export type StoredRecord = Pick<NewRecord, 'hash' | 'recordedTime' | 'receipt'>

/**
 * The outcome of appending one record. `repeated`: a record with this id and the same content was stored
 * before. `conflicting`: a record with this id and other content was.
 */
export type Appended =
  | { readonly outcome: 'appended' }
  | ({ readonly outcome: 'repeated' } & Pick<NewRecord, 'recordedTime' | 'receipt'>)
  | { readonly outcome: 'conflicting' }

/** A record as it is read. */
export interface LogRecord extends Pick<NewRecord, 'topic' | 'key' | 'value' | 'headers'> {
  /** The sequence it was read from. SQLite has one shard for the whole log, Kafka one for each partition. */
  readonly shard: string
  /** Its number in its shard, from 1. A reader's position is the number of the last record it has taken. */
  readonly position: number
  readonly partition: number
  /** Its number in the partition, from 0. */
  readonly offset: number
}

/** Stands for all shards, in a report that none of them can be read. */
export const everyShard = '*'

/**
 * Takes a batch of one shard, and the new position, in one transaction. Called with one batch of a shard at a
 * time; batches of other shards may come meanwhile, and be taken in the same transaction.
 *
 * `after` is the position that the batch follows. Take the batch only if the stored position still equals
 * `after`. It may differ: another process may have taken over the shard, or an earlier commit may have
 * succeeded while its answer was lost.
 *
 * `ahead` returns the next batch if it has been read already, so that it can be prepared while this one is
 * written.
 */
export type BatchReader = (
  records: readonly LogRecord[],
  after: number,
  ahead: () => readonly LogRecord[] | undefined
) => Promise<void>

export interface ReadOptions {
  /** Readers with the same group share the shards among them. */
  readonly group: string
  /**
   * Returns the position up to which everything in a shard is taken, 0 at first. Called before a shard is
   * read, and again after each failure.
   */
  readonly positionOf: (shard: string) => Promise<number>
  readonly reader: BatchReader
  /**
   * Called with the fault each time reading of a shard pauses: a batch was rejected, the position could not
   * be read, or the log could not be read. Called once with `undefined` when reading continues, or when
   * another process reads the shard from now on. If nothing at all can be read, the shard is `everyShard`.
   */
  readonly onState: (fault: unknown, shard: string) => void
}

export interface Subscription {
  /** Waits for the batch being taken, then stops. Safe to call twice. */
  close(): Promise<void>
}

/**
 * The append-only log through which gateways, consumers and connectors exchange records.
 *
 * Every engine passes `tests/contracts/event-log.contract.ts`; a promise made here and not tested there is
 * a bug.
 */
export interface EventLog {
  /**
   * Stores records in the order given. Resolves, once they would survive a power cut, with one outcome for
   * each. A record that repeats another one of the same call is a repeat, too. Rejects with
   * `BUS_LOG_UNAVAILABLE` when durability cannot be promised. Some records may be stored all the same:
   * append the same records again, and those come back as `repeated`.
   */
  append(records: readonly NewRecord[]): Promise<readonly Appended[]>

  /**
   * What is stored under each id, in the order asked. Sees every append that has resolved. Ids are kept
   * longer than their records. Rejects with `BUS_LOG_UNAVAILABLE`.
   */
  find(ids: readonly RecordId[]): Promise<readonly (StoredRecord | undefined)[]>

  /**
   * Passes every record after the reader's position to the reader, in the order of its shard, in batches of
   * at most 500 records or about 4 MiB. New records are passed on at once. A rejected batch is passed
   * again, at growing intervals, and never skipped. The log keeps no positions; the reader does. On one
   * machine an event that was entered when it was appended is passed to no reader, and `ends` does not count it. A position
   * beyond the end of a shard belongs to another log: reading pauses and `onState` is called, since the
   * records appended next would be taken for read. Throws `BUS_LOG_UNAVAILABLE` when the log is closed.
   */
  read(options: ReadOptions): Subscription

  /** The position of the last record of each shard that has any. Rejects with `BUS_LOG_UNAVAILABLE`. */
  ends(): Promise<ReadonlyMap<string, number>>

  /**
   * Called by a reader for records that it has read and verified. From then on `find` and `append` know
   * their ids. Kafka marks an id as stored only after its record is. If the process dies in between, the
   * record is stored, but `find` does not see it and a repeat would be appended again. The engine cannot
   * repair this while it reads, since a record written by a stranger may carry any id. SQLite writes an id
   * together with its record and does nothing here. Rejects with `BUS_STORE_UNAVAILABLE`.
   */
  confirmStored(ids: readonly RecordId[]): Promise<void>

  /**
   * Why records are not appended, now or in the last minute, in words for an operator; undefined if they are.
   * SQLite ends the process instead.
   */
  problem(): string | undefined

  /**
   * What an operator should look into although records are appended: copies that are missing, a broker whose clock is
   * off. Undefined if there is nothing, and always with SQLite.
   */
  warning(): string | undefined

  /** Number of partitions that have fewer copies in step than they should, when last seen; always 0 with SQLite. */
  missingCopies(): number

  /**
   * Stops every subscription, completes the appends in progress, then releases the engine. Every later call
   * fails with `BUS_LOG_UNAVAILABLE`. Safe to call twice.
   */
  close(): Promise<void>
}
