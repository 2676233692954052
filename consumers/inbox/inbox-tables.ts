import type { TablesOfPart } from '#engines/store/store.ts'

export interface InboxTables {
  /** The events that an agency may see, numbered from 1 without gaps when written. */
  inboxEntries: {
    agency: string
    number: number
    /** Archive number of the event. */
    event: number
    type: string
    /** The agreement that grants the event, `/agreements/…`; null if the event names the agency. */
    agreement: string | null
    /** The last act when the entry was written. An act after it that resumes the agreement reinstates the entry. */
    act: number
    /** Length of the event's canonical form, so that a page's size is known before its events are read. */
    bytes: number
    /** Milliseconds since the epoch. */
    recordedAt: number
    /** When the event expires, in milliseconds since the epoch; null if it does not, has ended or was delivered. */
    expiresAt: number | null
    /** The value of the inbox's `endedCount` when the entry expired or was recalled; 0 while it may be delivered. */
    ended: number
  }
  /** Per inbox: the last number given, locked while entries are numbered, and how often entries have ended. */
  inboxCounters: { agency: string; last: number; endedCount: number }
}

export const inboxTables: TablesOfPart = {
  part: 'inbox',
  migrations: [
    [
      `CREATE TABLE "inboxEntries" (
        agency text NOT NULL,
        number bigint NOT NULL,
        event bigint NOT NULL,
        type text NOT NULL,
        agreement text,
        act bigint NOT NULL,
        bytes bigint NOT NULL,
        "recordedAt" bigint NOT NULL,
        PRIMARY KEY (agency, number)
      )`,
      'CREATE INDEX "inboxEntriesByEvent" ON "inboxEntries" (event, agency)',
      'CREATE INDEX "inboxEntriesByTime" ON "inboxEntries" (agency, "recordedAt")',
      'CREATE INDEX "inboxEntriesByAgreement" ON "inboxEntries" (agreement, act) WHERE agreement IS NOT NULL',
      'CREATE TABLE "inboxCounters" (agency text PRIMARY KEY, last bigint NOT NULL)'
    ],
    [
      'ALTER TABLE "inboxEntries" ADD COLUMN "expiresAt" bigint',
      'ALTER TABLE "inboxEntries" ADD COLUMN ended bigint NOT NULL DEFAULT 0',
      'ALTER TABLE "inboxCounters" ADD COLUMN "endedCount" bigint NOT NULL DEFAULT 0',
      'CREATE INDEX "inboxEntriesByExpiry" ON "inboxEntries" ("expiresAt", agency) WHERE "expiresAt" IS NOT NULL'
    ],
    ['CREATE INDEX "inboxEntriesByType" ON "inboxEntries" (agency, type, number)']
  ]
}
