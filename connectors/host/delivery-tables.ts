import type { TablesOfPart } from '#engines/store/store.ts'

export interface DeliveryTables {
  /** Position of each channel in its inbox. */
  deliveryChannels: { channel: string; position: number }
  /** An (event, channel) pair with its attempts. */
  deliveries: {
    channel: string
    /** Archive number of the event. */
    event: number
    /** Sending agency and subject: while one delivery waits, later ones with both in common wait too. */
    sender: string
    subject: string
    state: 'due' | 'done' | 'dead' | 'ended'
    attempts: number
    /** Milliseconds since the epoch. */
    dueAt: number
    /** When the current attempt began. Still set after a crash: the attempt is repeated with the same event. */
    begunAt: number | null
    /** Error code of the last failure. */
    failure: string | null
    doneAt: number | null
  }
}

export const deliveryTables: TablesOfPart = {
  part: 'deliveries',
  migrations: [
    [
      'CREATE TABLE "deliveryChannels" (channel text PRIMARY KEY, position bigint NOT NULL)',
      `CREATE TABLE deliveries (
        channel text NOT NULL,
        event bigint NOT NULL,
        sender text NOT NULL,
        subject text NOT NULL,
        state text NOT NULL,
        attempts bigint NOT NULL,
        "dueAt" bigint NOT NULL,
        "begunAt" bigint,
        failure text,
        "doneAt" bigint,
        PRIMARY KEY (channel, event)
      )`,
      'CREATE INDEX "deliveriesByLine" ON deliveries (channel, sender, subject, event)',
      `CREATE INDEX "deliveriesDue" ON deliveries (channel, event) WHERE state = 'due'`
    ]
  ]
}
