import type { TablesOfPart } from '../../store/store.ts'

export interface ReservationTables {
  /** Every id that was ever to be appended. It belongs to the first content reserved for it. */
  logIds: {
    source: string
    id: string
    /** Hash of the event, hex. */
    hash: string
    recordedTime: string
    receipt: number
    leaf: number
    size: number
    /** Nodes of the receipt's path, base64url, separated by spaces. */
    path: string
    /** `reserved` until the log has confirmed the record, then `held`. */
    state: 'reserved' | 'held'
    /** The process that may append it until the lease ends. */
    owner: string
    /** Milliseconds since the epoch. */
    leaseUntil: number
  }
  /** Receipt tokens, each once: the records of one batch share one. */
  logReceipts: { number: number; token: string }
  /** The log that these ids belong to, by its first record. One row, written when a log is first opened. */
  logIdentity: { number: number; id: string }
  /** The id that Kafka gave each topic when it was created: positions belong to that topic and no other of its name. */
  logTopics: { topic: string; id: string }
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
    ['CREATE TABLE "logIdentity" (number bigint PRIMARY KEY, id text NOT NULL)'],
    ['CREATE TABLE "logTopics" (topic text PRIMARY KEY, id text NOT NULL)']
  ]
}
