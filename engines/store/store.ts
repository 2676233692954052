import type { Kysely } from 'kysely'

/** The tables of one part, typed. A part names, and so sees, only its own. */
export type Tables<T> = Kysely<T>

/** The tables of one part of the bus. Declared beside the part's code; `runtime/` passes them to the store. */
export interface TablesOfPart {
  readonly part: string
  /**
   * SQL statements: one list for each migration, in order. A released migration is never changed. Use
   * PostgreSQL's types (`text`, `bigint`, `bytea`); SQLite accepts them. `BIGINT_KEY` stands for a numeric
   * primary key; give its value with every row of a table or with none. `IN_KEY_ORDER` after a table's columns
   * stores its rows once, in the order of the primary key, where the engine can. `TEXT_KEY(…)`, only on SQLite, is
   * `textKey`. Texts compare byte by byte and contain no NUL.
   */
  readonly migrations: readonly (readonly string[])[]
}

/** Gives the work of a transaction its tables, on the one connection that writes. */
export interface StoreTransaction {
  tables<T>(): Tables<T>
}

export interface TransactionOptions {
  /**
   * Names the lane that the transaction writes in; absent: the lane shared by all others. A lane may write
   * only tables that no other lane writes.
   */
  readonly lane?: string
  /**
   * It may use the space that is reserved for acts: it records an act, frees more than it writes, or writes what space
   * was found for before.
   */
  readonly usesReserve?: boolean
}

/**
 * State that is kept and backed up: acts, archive, inboxes, deliveries. Callers do not know which engine
 * runs. When several processes share a store, some may run an older release than its tables: migrations
 * therefore only add.
 */
export interface Store {
  /** Reads outside any transaction; sees what is committed. */
  reader<T>(): Tables<T>

  /**
   * Runs `work` while no other writer of its lane runs, in any process. Writers of one process take their
   * turn in the order they called. Writers of different lanes may run at the same time. What `work` wrote
   * is committed so that it survives a power cut.
   *
   * `work` must await only queries of this transaction and change nothing but tables. It may be run again
   * if the database rolled back its first run.
   *
   * Rejects with what `work` threw; everything is then rolled back. Rejects within seconds with
   * `BUS_STORE_UNAVAILABLE` if the database fails, or if the disk has only the space that is reserved for
   * acts. Then usually nothing is written, but if the connection broke during the commit, everything may be:
   * the caller must be able to do the same again.
   */
  transaction<T>(
    work: (transaction: StoreTransaction) => Promise<T>,
    options?: TransactionOptions
  ): Promise<T>

  /**
   * Whether a transaction was rejected because of the values it wrote, for
   * example a text that is too long or breaks a constraint: with the same values
   * it is rejected again, with others it may succeed. False if the database is
   * unreachable, has no space left, or lacks a table.
   */
  refuses(error: unknown): boolean

  /** Lets running transactions end, then closes. Calling it twice is harmless. */
  close(): Promise<void>
}

export interface WorkOptions extends Pick<TransactionOptions, 'usesReserve'> {
  /**
   * About how many rows it writes, if it need not go first: it waits for its turn as a transaction does, or comes after
   * other work in the transaction of that, where both together write few rows. If that fails, each has one of its own.
   */
  readonly rows?: number
}

/** A store whose writer runs on a thread of its own, and there also a piece of work that the thread was started with. */
export interface WorkingStore extends Store {
  /**
   * Runs the work, with an input, as one transaction that goes before those that wait, though some of them go between
   * two of it. One message each way instead of one for every step: no other thread is waited for in between. Input and
   * result are copied (structured clone). Rejects as `transaction` does; what the work itself throws arrives as a
   * `TypeError` with its message.
   */
  work<T>(input: unknown, options?: WorkOptions): Promise<T>
}

/** Such a piece of work. It awaits only queries of the transaction. */
export type StoreWork<I, T> = (transaction: StoreTransaction, input: I) => Promise<T>
