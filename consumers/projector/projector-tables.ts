import type { TablesOfPart } from '#engines/store/store.ts'

export interface ProjectorTables {
  /** The position reached in each shard of the log. Moves in the transaction that writes the results. */
  projectorPositions: { log: string; position: number }
  /** Records that the bus did not write, kept for investigation. */
  projectorQuarantine: {
    shard: string
    position: number
    topic: string
    reason: string
    quarantinedAt: number
  }
}

export const projectorTables: TablesOfPart = {
  part: 'projector',
  migrations: [
    [
      'CREATE TABLE "projectorPositions" (log text PRIMARY KEY, position bigint NOT NULL)',
      `CREATE TABLE "projectorQuarantine" (
        position BIGINT_KEY,
        topic text NOT NULL,
        reason text NOT NULL,
        "quarantinedAt" bigint NOT NULL
      )`
    ],
    [
      'ALTER TABLE "projectorQuarantine" RENAME TO "projectorQuarantineOnce"',
      `CREATE TABLE "projectorQuarantine" (
        shard text NOT NULL,
        position bigint NOT NULL,
        topic text NOT NULL,
        reason text NOT NULL,
        "quarantinedAt" bigint NOT NULL,
        PRIMARY KEY (shard, position)
      )`,
      `INSERT INTO "projectorQuarantine"
        SELECT 'log', position, topic, reason, "quarantinedAt" FROM "projectorQuarantineOnce"`,
      'DROP TABLE "projectorQuarantineOnce"'
    ]
  ]
}
