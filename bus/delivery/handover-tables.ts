import type { TablesOfPart } from '../store/store.ts'

export interface HandoverTables {
  /** One row per (event, recipient) that has gone beyond *available*. */
  handovers: {
    agency: string
    /** Archive number of the event. */
    event: number
    state: 'handedOver' | 'accepted' | 'refused' | 'expired' | 'recalled'
    /** Milliseconds since the epoch. */
    at: number
    /** The system whose request or channel made the step. */
    system: string
    /** Why it was refused: the agency's own code and words. */
    code: string | null
    reason: string | null
    /** The token of an acknowledgement, bound to its body; null where the bus itself made the step. */
    token: string | null
  }
}

export const handoverTables: TablesOfPart = {
  part: 'handovers',
  migrations: [
    [
      `CREATE TABLE handovers (
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
      'CREATE INDEX "handoversByEvent" ON handovers (event)'
    ]
  ]
}
