import type { TablesOfPart } from '#engines/store/store.ts'

export interface InboxTables {
  /** What an agency may see, numbered from 1 without gaps at the time of writing. */
  inboxEntries: {
    agency: string
    number: number
    /** Archive number of the event. */
    event: number
    type: string
    /** The agreement that grants it, `/agreements/…`; null where the event names the agency. */
    agreement: string | null
    /** The last act when it was entered: where a later act resumes its agreement, it is entered again. */
    act: number
    /** Length of the event's canonical form, so that a page can be cut before it is read. */
    bytes: number
    /** Milliseconds since the epoch. */
    recordedAt: number
    /** When its event expires, milliseconds since the epoch; null where it does not, or has ended or been handed over. */
    expiresAt: number | null
    /** Which of the inbox's endings it ended with; 0 while it may be handed over. */
    ended: number
  }
  /** The last number given in each inbox, locked by whoever numbers, and how often entries of it have ended. */
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
    ]
  ]
}
