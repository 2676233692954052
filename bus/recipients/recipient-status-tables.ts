import type { TablesOfPart } from '#engines/store/store.ts'

export interface RecipientStatusTables {
  /** The delivery status of each (event, recipient) that is no longer *pending*. */
  recipientStatuses: {
    agency: string
    /** Archive number of the event. */
    event: number
    state: 'delivered' | 'accepted' | 'rejected' | 'expired' | 'recalled'
    /** Milliseconds since the epoch. */
    at: number
    /** The system whose request or channel caused the step. */
    system: string
    /** Why it was rejected: the agency's own code and words. */
    code: string | null
    reason: string | null
    /** Token of the acknowledgement, bound to its body; null if the bus caused the step. */
    token: string | null
    /** Hash of the last step, hex; null if an older release wrote it. */
    step: string | null
  }
  /** Outbox of steps for `lienthong.activity`: written in the transaction of the step, deleted once the log has it. */
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
