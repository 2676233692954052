import type { TablesOfPart } from '#engines/store/store.ts'

export interface AlertTables {
  /** Conditions that are met, or were a moment ago. Times are in milliseconds since the epoch. */
  alertStates: {
    alert: string
    /** JSON of its labels, in the order of the condition. */
    labels: string
    value: number
    since: number
    /** When a process last found it. */
    seenAt: number
    /** When the last message about it was written; null before the first. */
    reportedAt: number | null
  }
  /** Messages that a channel has not taken yet. */
  alertMessages: {
    number: number
    channel: string
    /** Identifies the message when it is sent again. */
    id: string
    /** JSON. */
    body: string
    attempts: number
    dueAt: number
  }
}

export const alertTables: TablesOfPart = {
  part: 'alerts',
  migrations: [
    [
      `CREATE TABLE "alertStates" (
        alert text NOT NULL,
        labels text NOT NULL,
        value double precision NOT NULL,
        since bigint NOT NULL,
        "seenAt" bigint NOT NULL,
        "reportedAt" bigint,
        PRIMARY KEY (alert, labels)
      )`,
      `CREATE TABLE "alertMessages" (
        number BIGINT_KEY,
        channel text NOT NULL,
        id text NOT NULL,
        body text NOT NULL,
        attempts bigint NOT NULL,
        "dueAt" bigint NOT NULL
      )`
    ]
  ]
}
