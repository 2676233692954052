import type { TablesOfPart } from '#engines/store/store.ts'

export interface DeliveryTables {
  /** How far a channel has taken its inbox. */
  deliveryChannels: { channel: string; position: number }
  /** One (event, channel) pair with its attempts. */
  deliveries: {
    channel: string
    /** Archive number of the event. */
    event: number
    /** The sending agency and the subject: what waits together when one of them fails. */
    sender: string
    subject: string
    state: 'due' | 'done' | 'dead' | 'ended'
    attempts: number
    /** Milliseconds since the epoch. */
    dueAt: number
    /** When the attempt in hand was begun; found so after a crash, it is made again under the same id. */
    begunAt: number | null
    /** The code of the last failure. */
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
