import type { Kysely } from 'kysely'

/** A part's tables, typed; a part sees only those it names. */
export type Tables<T> = Kysely<T>

/** The tables of one part of the bus: declared beside its code, handed to the store by a composition root. */
export interface TablesOfPart {
  readonly part: string
  /**
   * SQL statements, one list per migration, in order; a released one is never
   * changed. Types are PostgreSQL's (`text`, `bigint`, `bytea`), which SQLite
   * takes as they are; `BIGINT_KEY` stands for a numeric primary key, which is
   * given with every row of a table or with none. Texts compare byte by byte and
   * hold no NUL.
   */
  readonly migrations: readonly (readonly string[])[]
}

/** What a transaction hands its work: the tables, seen through the one writing connection. */
export interface StoreTransaction {
  tables<T>(): Tables<T>
}

export interface TransactionOptions {
  /**
   * Names a lane of its own to write in; absent: the one lane all others share.
   * Such a transaction may write only tables that no other lane writes.
   */
  readonly lane?: string
}

/**
 * State that is kept and backed up: acts, archive, inboxes, deliveries. Two
 * engines stand behind it; nothing above knows which. Where several processes
 * share a store, some may be of an older release than its tables: migrations
 * only add, so that those go on.
 */
export interface Store {
  /** Reads outside any transaction; sees what was committed. */
  reader<T>(): Tables<T>

  /**
   * Runs `work` alone among all writers of its lane, in every process; those of
   * one process first come, first served. Lanes may run beside each other.
   * Commits what `work` wrote so that it survives a power cut. `work` must await
   * only this transaction's queries, and may be run again where the database
   * could not let its first run stand: it changes nothing but tables.
   *
   * Rejects with what `work` threw, everything undone, or with
   * `BUS_STORE_UNAVAILABLE` within seconds: then nothing is known to be written,
   * but where the connection broke during the commit all of it may be. Callers
   * must be able to do the same again.
   */
  transaction<T>(
    work: (transaction: StoreTransaction) => Promise<T>,
    options?: TransactionOptions
  ): Promise<T>

  /**
   * Whether what a transaction rejected with is about the values it wrote, such
   * as a text too long or one that breaks a constraint: the same again is
   * refused again, others are not. False of a database that is away, out of
   * space, or lacks a table.
   */
  refuses(error: unknown): boolean

  /** Lets running transactions end, then closes. Calling it twice is harmless. */
  close(): Promise<void>
}
