import type { TablesOfPart } from '#engines/store/store.ts'

export interface ProjectorTables {
  /** The position reached in each shard of the log. Moves in the transaction that writes the results. */
  projectorPositions: { log: string; position: number }
  /**
   * Records that reach no inbox: those that the bus did not write, and accepted
   * events that the store refused. They are still in the log, at this shard and
   * position. For an event that one inbox refused, `inbox of <agency>` and the
   * event's number in the archive.
   */
  projectorQuarantine: {
    shard: string
    position: number
    topic: string
    reason: string
    quarantinedAt: number
    /** Of the event, if the record has a receipt of the bus; else null. */
    source: string | null
    id: string | null
    hash: string | null
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
    ],
    [
      'ALTER TABLE "projectorQuarantine" ADD COLUMN source text',
      'ALTER TABLE "projectorQuarantine" ADD COLUMN id text',
      'ALTER TABLE "projectorQuarantine" ADD COLUMN hash text'
    ],
    [
      'CREATE INDEX "projectorQuarantineByHash" ON "projectorQuarantine" (hash) WHERE hash IS NOT NULL' // A stranger's records may be many.
    ]
  ]
}
