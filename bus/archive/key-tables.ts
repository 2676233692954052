/** What the archive of a bus on one machine has besides: which events may have a hash or a name (`key-runs.ts`). */
export type KeyTables = {
  archiveKeys: { run: number; key: number; number: number }
  archiveRuns: {
    run: number
    /** How often its keys were merged; null while it takes those of others, and for the main run. */
    level: number | null
    /** Number of its keys, of the main run with those that it is being given. */
    keys: number
    /** The lowest number of its events. */
    first: number
    /** All events up to this number have keys. */
    last: number
    /** The run that its keys are moved into. */
    target: number | null
    /** Up to which key they have been. */
    moved: number
  }
}

export const hashIndex = 'archiveEventsByHash'

const columns = `
  number, hash, source, id, type, subject, body, "recordedTime", act,
  "signatureToken", "signatureIndex", "signatureSize", "signaturePath",
  "receiptToken", "receiptIndex", "receiptSize", "receiptPath", unsigned, hosted, traceparent, "schemaId"`

/**
 * SQL for SQLite: gives all events of the archive keys, and takes its other indexes of hashes and names. SQLite drops
 * no constraint, so that the table is written anew, as it is after the fourth migration of the archive: a later one that
 * changes it must be made for both tables.
 */
export const toKeyRuns: readonly string[] = [
  `CREATE TABLE "archiveKeys" (
    run bigint NOT NULL, key bigint NOT NULL, number bigint NOT NULL, PRIMARY KEY (run, key, number)
  ) IN_KEY_ORDER`,
  `CREATE TABLE "archiveRuns" (
    run BIGINT_KEY, level bigint, keys bigint NOT NULL, first bigint NOT NULL,
    last bigint NOT NULL, target bigint, moved bigint NOT NULL
  )`,
  `INSERT OR IGNORE INTO "archiveKeys" (run, key, number)
    SELECT 0, key, number FROM (
      SELECT TEXT_KEY(hash) AS key, number FROM "archiveEvents"
      UNION ALL SELECT TEXT_KEY(source || char(10) || id), number FROM "archiveEvents"
    ) ORDER BY key, number`,
  `INSERT INTO "archiveRuns" (run, level, keys, first, last, target, moved)
    SELECT 0, NULL, count(*), min(number), max(number), NULL, 0 FROM "archiveKeys" HAVING count(*) > 0`,
  `CREATE TABLE "archiveEventsNew" (
    number BIGINT_KEY,
    hash text NOT NULL,
    source text NOT NULL,
    id text NOT NULL,
    type text NOT NULL,
    subject text NOT NULL,
    body text NOT NULL,
    "recordedTime" text NOT NULL,
    act bigint NOT NULL,
    "signatureToken" bigint,
    "signatureIndex" bigint,
    "signatureSize" bigint,
    "signaturePath" text,
    "receiptToken" bigint NOT NULL,
    "receiptIndex" bigint NOT NULL,
    "receiptSize" bigint NOT NULL,
    "receiptPath" text NOT NULL,
    unsigned bigint NOT NULL,
    hosted bigint NOT NULL,
    traceparent text,
    "schemaId" bigint
  )`,
  `INSERT INTO "archiveEventsNew" (${columns}) SELECT ${columns} FROM "archiveEvents" ORDER BY number`,
  'DROP TABLE "archiveEvents"',
  'ALTER TABLE "archiveEventsNew" RENAME TO "archiveEvents"',
  'CREATE INDEX "archiveEventsBySubject" ON "archiveEvents" (subject, number)',
  // For the earlier release, in case that it runs again before its log is taken over, which drops it.
  `CREATE INDEX "${hashIndex}" ON "archiveEvents" (hash)`
]
