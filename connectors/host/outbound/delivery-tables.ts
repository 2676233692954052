import type { TablesOfPart } from '#engines/store/store.ts'
import type { PersonColumns } from '../acting-person.ts'

/**
 * State of a delivery. `waiting`: it is attempted now or later. `dead`: it is not tried again without a
 * person. `in-doubt`: the outside may have the event, and a person or a report decides. `ended`: the event
 * expired or was recalled before. The first three are *open*: they hold the deliveries after them in line.
 */
export type DeliveryState = 'waiting' | 'dead' | 'in-doubt' | 'delivered' | 'skipped' | 'ended'

export interface DeliveryTables {
  /** An instance that delivers, and its position in its agency's inbox. */
  deliveryInstances: {
    instance: string
    system: string
    agency: string
    position: number
    /** The last restore of a backup, in milliseconds since the epoch, that its deliveries were checked after. */
    restoredAt: number | null
  }
  /** An event that an instance delivers, with its attempts. */
  deliveries: {
    instance: string
    /** Archive number of the event. */
    event: number
    hash: string
    type: string
    /** The agency that receives. */
    recipient: string
    /** Sending agency and subject: with the instance, the delivery's line. */
    sender: string
    subject: string
    /** When the bus recorded the event, in milliseconds since the epoch. */
    recordedAt: number
    /** 0 to 4. */
    urgency: number
    state: DeliveryState
    /** 1 while the state is open, otherwise 0. */
    open: number
    attempts: number
    /** Milliseconds since the epoch. */
    dueAt: number
    /**
     * `waiting`: when the running attempt began; set without one, its result is unknown. `in-doubt`: set while
     * the outside is still to be asked, and the same as `failedAt` until it was asked once.
     */
    begunAt: number | null
    /** Error code of the last failure, and its text, JSON: a member for each language. */
    failure: string | null
    failureText: string | null
    failedAt: number | null
    /** When it reached a state that is not open. */
    endedAt: number | null
  }
  /** Lines with open deliveries. Derived: written with every change of a delivery. */
  deliveryLines: {
    instance: string
    sender: string
    subject: string
    /** The first open delivery (archive number of its event). */
    head: number
    /** When the head is due; null while the head holds the line, being dead or in doubt. */
    dueAt: number | null
    /** The highest of the open deliveries. */
    urgency: number
  }
  /** What people did to deliveries. */
  deliveryActs: PersonColumns & {
    number: number
    instance: string
    event: number
    act: string
    reason: string | null
    /** The system that did it, and the token bound to the request's body. */
    system: string
    token: string
    /** Milliseconds since the epoch. */
    at: number
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
    ],
    [
      'DROP TABLE "deliveryChannels"',
      'DROP TABLE deliveries',
      `CREATE TABLE "deliveryInstances" (
        instance text PRIMARY KEY,
        system text NOT NULL,
        agency text NOT NULL,
        position bigint NOT NULL,
        "restoredAt" bigint
      )`,
      `CREATE TABLE deliveries (
        instance text NOT NULL,
        event bigint NOT NULL,
        hash text NOT NULL,
        type text NOT NULL,
        recipient text NOT NULL,
        sender text NOT NULL,
        subject text NOT NULL,
        "recordedAt" bigint NOT NULL,
        urgency bigint NOT NULL,
        state text NOT NULL,
        open bigint NOT NULL,
        attempts bigint NOT NULL,
        "dueAt" bigint NOT NULL,
        "begunAt" bigint,
        failure text,
        "failureText" text,
        "failedAt" bigint,
        "endedAt" bigint,
        PRIMARY KEY (instance, event)
      )`,
      'CREATE INDEX "deliveriesByLine" ON deliveries (instance, sender, subject, open, event)',
      'CREATE INDEX "deliveriesByUrgency" ON deliveries (instance, sender, subject, urgency) WHERE open = 1',
      'CREATE INDEX "deliveriesByHash" ON deliveries (hash)',
      'CREATE INDEX "deliveriesByState" ON deliveries (state, event, instance)',
      'CREATE INDEX "deliveriesBySubject" ON deliveries (subject, event, instance)',
      'CREATE INDEX "deliveriesByRecipient" ON deliveries (recipient, event, instance) WHERE open = 1',
      'CREATE INDEX "deliveriesBySender" ON deliveries (sender, event, instance) WHERE open = 1',
      'CREATE INDEX "deliveriesBegun" ON deliveries (instance, event) WHERE "begunAt" IS NOT NULL',
      `CREATE TABLE "deliveryLines" (
        instance text NOT NULL,
        sender text NOT NULL,
        subject text NOT NULL,
        head bigint NOT NULL,
        "dueAt" bigint,
        urgency bigint NOT NULL,
        PRIMARY KEY (instance, sender, subject)
      )`,
      'CREATE INDEX "deliveryLinesByUrgency" ON "deliveryLines" (instance, urgency DESC, head)',
      'CREATE INDEX "deliveryLinesByHead" ON "deliveryLines" (instance, head)',
      'CREATE INDEX "deliveryLinesByDue" ON "deliveryLines" (instance, "dueAt")',
      `CREATE TABLE "deliveryActs" (
        number BIGINT_KEY,
        instance text NOT NULL,
        event bigint NOT NULL,
        act text NOT NULL,
        reason text,
        system text NOT NULL,
        token text NOT NULL,
        at bigint NOT NULL
      )`,
      'CREATE INDEX "deliveryActsByDelivery" ON "deliveryActs" (instance, event)',
      'CREATE INDEX "deliveriesByEnd" ON deliveries (instance, "endedAt") WHERE open = 0'
    ],
    [
      'ALTER TABLE "deliveryActs" ADD COLUMN person text',
      'ALTER TABLE "deliveryActs" ADD COLUMN "personName" text'
    ],
    [
      `CREATE INDEX "deliveriesFailing" ON deliveries (event) WHERE state = 'waiting' AND failure IS NOT NULL`
    ],
    [
      // With the instance first in an index, SQLite may read all deliveries of the instance for a few of them. Created
      // first: PostgreSQL lets others read until an index is dropped.
      'CREATE INDEX "deliveriesInLine" ON deliveries (subject, sender, instance, open, event)',
      'CREATE INDEX "deliveriesUrgent" ON deliveries (subject, sender, instance, urgency) WHERE open = 1',
      'CREATE INDEX "deliveriesOfEvent" ON deliveries (hash, instance)',
      'CREATE INDEX "deliveriesOpen" ON deliveries (instance, event) WHERE open = 1',
      'DROP INDEX "deliveriesByLine"',
      'DROP INDEX "deliveriesByUrgency"',
      'DROP INDEX "deliveriesByHash"'
    ]
  ]
}
