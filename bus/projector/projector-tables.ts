import type { TablesOfPart } from '../store/store.ts'

export interface ProjectorTables {
  /** How far the log has been taken; moved in the transaction that holds what was made of it. */
  projectorPositions: { log: string; position: number }
  /** Records the bus did not write, kept for whoever looks into it. */
  projectorSetAside: { position: number; topic: string; reason: string; setAsideAt: number }
}

export const projectorTables: TablesOfPart = {
  part: 'projector',
  migrations: [
    [
      'CREATE TABLE "projectorPositions" (log text PRIMARY KEY, position bigint NOT NULL)',
      `CREATE TABLE "projectorSetAside" (
        position BIGINT_KEY,
        topic text NOT NULL,
        reason text NOT NULL,
        "setAsideAt" bigint NOT NULL
      )`
    ]
  ]
}
