import type { TablesOfPart } from '#engines/store/store.ts'
import type { PersonColumns } from '../acting-person.ts'
import type { InstanceState } from '../instance-status.ts'

/** What may be done to an instance. */
export type InstanceActName = 'pause' | 'resume' | 'restart' | 'check' | 'reset' | 'retry' | 'reload'

/** Stands for the name of an instance in `reload`, an act on all of them. */
export const everyInstance = '*'

export interface ConnectorControlTables {
  /** How each instance is, as the process that runs it last wrote. */
  connectorStatuses: {
    instance: string
    kind: string
    /** Null for an instance that is misconfigured. */
    system: string | null
    agency: string | null
    state: InstanceState
    /** RFC 3339. */
    since: string
    reason: string | null
    pausedBy: string | null
    nextTry: string | null
    /** When that process last confirmed it, in milliseconds since the epoch. */
    confirmedAt: number
    /** The run of the process that did. */
    owner: string
  }
  /** What people did to instances. */
  connectorActs: PersonColumns & {
    number: number
    instance: string
    act: InstanceActName
    reason: string | null
    /** For `reset`: where the next poll goes on; null: at the beginning. */
    cursor: string | null
    /** For `retry`: the numbers of quarantined items, JSON. */
    items: string | null
    /** The system that did it, and the token bound to the request's body. */
    system: string
    token: string
    /** Milliseconds since the epoch. */
    at: number
    /** Null until the process that runs the instance has done it. */
    doneAt: number | null
    /** What went wrong, JSON: a text for each language; null if nothing did. */
    problem: string | null
    /** For `check` of a paused instance: what the outside gives that is not stored, JSON. */
    unknown: string | null
  }
}

export const connectorControlTables: TablesOfPart = {
  part: 'connectorControl',
  migrations: [
    [
      `CREATE TABLE "connectorStatuses" (
        instance text PRIMARY KEY,
        kind text NOT NULL,
        system text,
        agency text,
        state text NOT NULL,
        since text NOT NULL,
        reason text,
        "pausedBy" text,
        "nextTry" text,
        "confirmedAt" bigint NOT NULL,
        owner text NOT NULL
      )`,
      `CREATE TABLE "connectorActs" (
        number BIGINT_KEY,
        instance text NOT NULL,
        act text NOT NULL,
        reason text,
        cursor text,
        items text,
        system text NOT NULL,
        token text NOT NULL,
        at bigint NOT NULL,
        "doneAt" bigint,
        problem text
      )`,
      'CREATE INDEX "connectorActsOpen" ON "connectorActs" (instance, number) WHERE "doneAt" IS NULL',
      'CREATE INDEX "connectorActsByInstance" ON "connectorActs" (instance, number)'
    ],
    ['ALTER TABLE "connectorActs" ADD COLUMN unknown text'],
    [
      'ALTER TABLE "connectorActs" ADD COLUMN person text',
      'ALTER TABLE "connectorActs" ADD COLUMN "personName" text'
    ]
  ]
}
