import { activityTopic } from '#engines/event-log/activity-topic.ts'
import type { TablesOfPart } from '#engines/store/store.ts'
import { type KeyTables, toKeyRuns } from '../archive/key-tables.ts'

export interface ArchiveLogTables extends KeyTables {
  /** Records that are no events in the archive: acts, delivery steps, and events that the projector is to take. */
  logEntries: {
    /** Its number in the log, from 1. */
    position: number
    topic: string
    partition: number
    offset: number
    key: Uint8Array
    value: Uint8Array
    /** JSON, as `headers.ts` writes it. */
    headers: string
    source: string
    id: string
    /** Hex. */
    hash: string
    recordedTime: string
    /** Number of the receipt's token. */
    receipt: number
    leaf: number
    size: number
    /** Nodes of the receipt's path, base64url, separated by spaces. */
    path: string
    /** Number of the signature's token. */
    signature: number | null
  }
  /** Of each partition that has entries, the offset of its next one. */
  logOffsets: { topic: string; partition: number; next: number }
  /** Tokens of receipts and signatures, each once: the records of one batch share theirs. */
  logTokens: { number: number; token: string }
}

/** Only on one machine, and after the archive's: with Kafka the names of events are looked up in the reservations. */
export const archiveLogTables: TablesOfPart = {
  part: 'archive-log',
  migrations: [
    [
      `CREATE TABLE "logEntries" (
        position BIGINT_KEY,
        topic text NOT NULL,
        partition bigint NOT NULL,
        "offset" bigint NOT NULL,
        key blob NOT NULL,
        value blob NOT NULL,
        headers text NOT NULL,
        source text NOT NULL,
        id text NOT NULL,
        hash text NOT NULL,
        "recordedTime" text NOT NULL,
        receipt bigint NOT NULL,
        leaf bigint NOT NULL,
        size bigint NOT NULL,
        path text NOT NULL,
        signature bigint,
        UNIQUE (source, id)
      )`,
      `CREATE INDEX "logEntriesOfEvents" ON "logEntries" (position) WHERE topic <> '${activityTopic}'`,
      `CREATE TABLE "logOffsets" (
        topic text NOT NULL, partition bigint NOT NULL, next bigint NOT NULL, PRIMARY KEY (topic, partition)
      ) IN_KEY_ORDER`,
      'CREATE TABLE "logTokens" (number BIGINT_KEY, token text NOT NULL)'
    ],
    toKeyRuns
  ]
}
