import type { TablesOfPart } from '../../store/store.ts'

export interface ReservationTables {
  /** Every id that was ever to be appended, spent by the first content reserved for it. */
  logIds: {
    source: string
    id: string
    /** Of the event, hex. */
    hash: string
    recordedTime: string
    receipt: number
    leaf: number
    size: number
    /** Nodes of the receipt's path, base64url, with a space between. */
    path: string
    /** `reserved` while it is not known that the log has the record, `held` from then on. */
    state: 'reserved' | 'held'
    /** Who may append it until the lease ends. */
    owner: string
    /** Milliseconds since the epoch. */
    leaseUntil: number
  }
  /** Receipt tokens, each once: those of one batch share theirs. */
  logReceipts: { number: number; token: string }
  /** The log these are the ids of, by its first record; one row, once a log was opened. */
  logIdentity: { number: number; id: string }
}

export const reservationTables: TablesOfPart = {
  part: 'log-ids',
  migrations: [
    [
      `CREATE TABLE "logIds" (
        source text NOT NULL,
        id text NOT NULL,
        hash text NOT NULL,
        "recordedTime" text NOT NULL,
        receipt bigint NOT NULL,
        leaf bigint NOT NULL,
        size bigint NOT NULL,
        path text NOT NULL,
        state text NOT NULL,
        owner text NOT NULL,
        "leaseUntil" bigint NOT NULL,
        PRIMARY KEY (source, id)
      )`,
      'CREATE TABLE "logReceipts" (number BIGINT_KEY, token text NOT NULL)'
    ],
    ['CREATE TABLE "logIdentity" (number bigint PRIMARY KEY, id text NOT NULL)']
  ]
}
