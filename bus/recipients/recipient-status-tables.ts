import type { TablesOfPart } from '#engines/store/store.ts'

export interface RecipientStatusTables {
  /** One row per (event, recipient) that has gone beyond *pending*. */
  recipientStatuses: {
    agency: string
    /** Archive number of the event. */
    event: number
    state: 'delivered' | 'accepted' | 'rejected' | 'expired' | 'recalled'
    /** Milliseconds since the epoch. */
    at: number
    /** The system whose request or channel made the step. */
    system: string
    /** Why it was refused: the agency's own code and words. */
    code: string | null
    reason: string | null
    /** The token of an acknowledgement, bound to its body; null where the bus itself made the step. */
    token: string | null
    /** Hash of the step that led here, hex; null where an older release made it. */
    step: string | null
  }
  /** Outbox of steps for `lienthong.activity`, from the transaction that made them until the log has them. */
  recipientSteps: {
    number: number
    agency: string
    /** `{ "steps": […] }` in canonical form (RFC 8785). */
    body: string
    token: string | null
    /** Milliseconds since the epoch. */
    at: number
  }
}

export const recipientStatusTables: TablesOfPart = {
  part: 'recipientStatuses',
  migrations: [
    [
      `CREATE TABLE "recipientStatuses" (
        agency text NOT NULL,
        event bigint NOT NULL,
        state text NOT NULL,
        at bigint NOT NULL,
        system text NOT NULL,
        code text,
        reason text,
        token text,
        PRIMARY KEY (agency, event)
      )`,
      'CREATE INDEX "recipientStatusesByEvent" ON "recipientStatuses" (event)'
    ],
    [
      'ALTER TABLE "recipientStatuses" ADD COLUMN step text',
      `CREATE TABLE "recipientSteps" (
        number BIGINT_KEY,
        agency text NOT NULL,
        body text NOT NULL,
        token text,
        at bigint NOT NULL
      )`
    ]
  ]
}
