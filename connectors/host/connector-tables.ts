import type { TablesOfPart } from '#engines/store/store.ts'

/**
 * State of an inbound item. `to-publish`: its event is not in the log yet. `to-settle`: it reports what became
 * of a delivery, or answers one, which is not known yet. `done`: only the outside has not been informed. `quarantined`: kept until
 * an operator retries it.
 */
export type ItemState = 'to-publish' | 'to-settle' | 'done' | 'quarantined'

export interface ConnectorTables {
  /** Instances that have run. Times are in milliseconds since the epoch. */
  connectorInstances: {
    instance: string
    /** The system that it acts as. */
    system: string
    /** The rate group whose lease is needed to run it; null: it may be run by any. */
    rateGroup: string | null
    /** Where the next poll goes on; null before the first one. */
    cursor: string | null
    cursorVersion: number
    /** From when on the first poll reads. */
    startAt: number
    /** Events recorded before this are not delivered. */
    deliversFrom: number
    /** What an operator or the agency wants. */
    desired: 'running' | 'paused'
    desiredBy: string | null
    desiredReason: string | null
    desiredAt: number | null
    /** When a backup was last restored while it was there: it may have delivered what was recorded before. */
    restoredAt: number | null
    /** The last poll that brought something: others write nothing. */
    polledAt: number | null
  }
  /** Names that instances had before. Who still knows only the former name must not begin it anew. */
  connectorRenames: { former: string; name: string }
  /** Every reference that an instance has stored, for ever: SHA-256, hex. */
  connectorReferences: {
    instance: string
    reference: string
    /** The hash of its event; null if it became none. */
    event: string | null
  }
  connectorMarks: { instance: string; key: string; value: string }
  /** Inbound items that are not settled. */
  connectorItems: {
    number: number
    instance: string
    reference: string
    /** SHA-256 of the reference, hex. */
    digest: string
    state: ItemState
    /** The event, unsigned, in canonical form. */
    event: string | null
    /** The event of another agency that the item also answers, JSON; of state `to-settle`, with its evidence. */
    answers: string | null
    /** What it reports of a delivery, JSON. */
    settles: string | null
    /** Why it is quarantined, JSON: code, and a text for each language. */
    fault: string | null
    /** As it came, for a retry. */
    raw: Buffer | null
    /** What a retry of a quarantined event leaves behind: {@link MarkChange}s, JSON. */
    marks: string | null
    storedAt: number
    /** When a report is tried next. */
    dueAt: number
    /** When the outside is informed next; null if it need not be. */
    acknowledgeAt: number | null
    /** How often that failed, and since when. */
    acknowledgeFailures: number
    acknowledgeSince: number
    /**
     * 1: the outside is informed of the item without this row, which is the rest of it: an answer or a report that
     * came with an event, and waits for another one.
     */
    apart: number
  }
}

export const connectorTables: TablesOfPart = {
  part: 'connectors',
  migrations: [
    [
      `CREATE TABLE "connectorInstances" (
        instance text PRIMARY KEY,
        system text NOT NULL,
        cursor text,
        "cursorVersion" bigint NOT NULL,
        "startAt" bigint NOT NULL,
        "deliversFrom" bigint NOT NULL,
        desired text NOT NULL,
        "desiredBy" text,
        "desiredReason" text,
        "desiredAt" bigint,
        "polledAt" bigint
      )`,
      `CREATE TABLE "connectorReferences" (
        instance text NOT NULL,
        reference text NOT NULL,
        event text,
        PRIMARY KEY (instance, reference)
      )`,
      'CREATE INDEX "connectorReferencesByEvent" ON "connectorReferences" (event) WHERE event IS NOT NULL',
      `CREATE TABLE "connectorMarks" (
        instance text NOT NULL,
        key text NOT NULL,
        value text NOT NULL,
        PRIMARY KEY (instance, key)
      )`,
      `CREATE TABLE "connectorItems" (
        number BIGINT_KEY,
        instance text NOT NULL,
        reference text NOT NULL,
        digest text NOT NULL,
        state text NOT NULL,
        event text,
        answers text,
        settles text,
        fault text,
        raw bytea,
        "storedAt" bigint NOT NULL,
        "dueAt" bigint NOT NULL,
        "acknowledgeAt" bigint,
        "acknowledgeFailures" bigint NOT NULL,
        "acknowledgeSince" bigint NOT NULL
      )`,
      'CREATE INDEX "connectorItemsByState" ON "connectorItems" (instance, state, number)',
      'CREATE INDEX "connectorItemsByDigest" ON "connectorItems" (instance, digest)',
      `CREATE INDEX "connectorItemsToPublish" ON "connectorItems" (instance) WHERE state = 'to-publish'`,
      `CREATE INDEX "connectorItemsToTell" ON "connectorItems" (instance, "acknowledgeAt")
        WHERE "acknowledgeAt" IS NOT NULL`
    ],
    [
      'ALTER TABLE "connectorItems" ADD COLUMN apart bigint NOT NULL DEFAULT 0',
      'ALTER TABLE "connectorInstances" ADD COLUMN "rateGroup" text',
      'ALTER TABLE "connectorInstances" ADD COLUMN "restoredAt" bigint',
      'CREATE TABLE "connectorRenames" (former text PRIMARY KEY, name text NOT NULL)'
    ],
    ['ALTER TABLE "connectorItems" ADD COLUMN marks text']
  ]
}
