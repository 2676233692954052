import type { Kysely } from 'kysely'

/** A part's tables, typed; a part sees only those it names. */
export type Tables<T> = Kysely<T>

/** The tables of one part of the bus: declared beside its code, handed to the store by a composition root. */
export interface TablesOfPart {
  readonly part: string
  /**
   * SQL statements, one list per migration, in order; a released one is never
   * changed. Types are PostgreSQL's (`text`, `bigint`, `bytea`), which SQLite
   * takes as they are; `BIGINT_KEY` stands for a numeric primary key.
   */
  readonly migrations: readonly (readonly string[])[]
}

/** What a transaction hands its work: the tables, seen through the one writing connection. */
export interface StoreTransaction {
  tables<T>(): Tables<T>
}

/**
 * State that is kept and backed up: acts, archive, inboxes, deliveries. Two
 * engines stand behind it; nothing above knows which.
 */
export interface Store {
  /** Reads outside any transaction; sees what was committed. */
  reader<T>(): Tables<T>

  /**
   * Runs `work` alone among all writers, first come, first served, and commits
   * what it wrote so that it survives a power cut. Rejects with what `work`
   * threw, everything undone, or with `BUS_STORE_UNAVAILABLE` when the commit
   * itself failed. `work` must await only this transaction's queries.
   */
  transaction<T>(work: (transaction: StoreTransaction) => Promise<T>): Promise<T>

  /** Lets running transactions end, then closes. Calling it twice is harmless. */
  close(): Promise<void>
}
