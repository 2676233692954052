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
  /** Per inbox: everything up to this number was given, has ended or is withheld; what is after it may be, too. */
  inboxGiven: { agency: string; number: number }
  /**
   * Archived events that are not in all of their inboxes yet. While it has an event of an agency, later
   * events of that agency are added here too, so that their order is kept.
   */
  inboxFanOut: {
    /** Archive number of the event. */
    event: number
    /** The agency that sent it. */
    sender: string
    type: string
    act: number
    bytes: number
    recordedAt: number
    expiresAt: number | null
    /** JSON: who may see the event, as decided when it was archived, `[[agency, agreement or null], …]`. */
    grants: string
    /** Number of grants. */
    total: number
    /** How many of them have their entry, in that order. */
    entered: number
  }
  /**
   * Recalls that are not written to all entries yet. For one system and subject there is at most one row
   * that is being applied (`begun` 1), and one into which newer recalls are merged.
   */
  inboxRecalls: {
    source: string
    subject: string
    begun: number
    /** The agency of `source`. */
    sender: string
    /** JSON, `[[agency, archive number], …]`: what the agency was sent before that event is recalled. */
    agencies: string
    /** The highest of those numbers. */
    upTo: number
    /** When the last recall was recorded, milliseconds since the epoch. */
    at: number
    /** Applied to all events up to this number. */
    doneEvent: number
    /** Applied to the next events for this many of the agencies. */
    doneAgencies: number
  }
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
    ['CREATE INDEX "inboxEntriesByType" ON "inboxEntries" (agency, type, number)'],
    [
      `CREATE TABLE "inboxFanOut" (
        event bigint PRIMARY KEY,
        sender text NOT NULL,
        type text NOT NULL,
        act bigint NOT NULL,
        bytes bigint NOT NULL,
        "recordedAt" bigint NOT NULL,
        "expiresAt" bigint,
        grants text NOT NULL,
        total bigint NOT NULL,
        entered bigint NOT NULL
      )`,
      'CREATE INDEX "inboxFanOutBySender" ON "inboxFanOut" (sender, event)',
      `CREATE TABLE "inboxRecalls" (
        source text NOT NULL,
        subject text NOT NULL,
        begun bigint NOT NULL,
        sender text NOT NULL,
        agencies text NOT NULL,
        "upTo" bigint NOT NULL,
        at bigint NOT NULL,
        "doneEvent" bigint NOT NULL,
        "doneAgencies" bigint NOT NULL,
        PRIMARY KEY (source, subject, begun)
      )`,
      'CREATE INDEX "inboxRecallsBySender" ON "inboxRecalls" (sender, "upTo")',
      'CREATE INDEX "inboxRecallsBySubject" ON "inboxRecalls" (subject)'
    ],
    ['CREATE TABLE "inboxGiven" (agency text PRIMARY KEY, number bigint NOT NULL)'],
    [
      'CREATE INDEX "inboxEntriesSince" ON "inboxEntries" (agency, "recordedAt", number)',
      'CREATE INDEX "inboxFanOutWaiting" ON "inboxFanOut" (sender, event, total, entered)',
      // Last: inboxes cannot be read from here to the end of the transaction.
      'DROP INDEX "inboxEntriesByTime"',
      'DROP INDEX "inboxFanOutBySender"'
    ]
  ]
}
