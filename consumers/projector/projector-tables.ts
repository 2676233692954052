import type { TablesOfPart } from '#engines/store/store.ts'

export interface ProjectorTables {
  /** How far each shard of the log has been taken; moved in the transaction that holds what was made of it. */
  projectorPositions: { log: string; position: number }
  /** Records the bus did not write, kept for whoever looks into it. */
  projectorSetAside: { shard: string; position: number; topic: string; reason: string; setAsideAt: number }
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
    ],
    [
      'ALTER TABLE "projectorSetAside" RENAME TO "projectorSetAsideOnce"',
      `CREATE TABLE "projectorSetAside" (
        shard text NOT NULL,
        position bigint NOT NULL,
        topic text NOT NULL,
        reason text NOT NULL,
        "setAsideAt" bigint NOT NULL,
        PRIMARY KEY (shard, position)
      )`,
      `INSERT INTO "projectorSetAside"
        SELECT 'log', position, topic, reason, "setAsideAt" FROM "projectorSetAsideOnce"`,
      'DROP TABLE "projectorSetAsideOnce"'
    ]
  ]
}
