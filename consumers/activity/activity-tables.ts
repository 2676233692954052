import type { TablesOfPart } from '#engines/store/store.ts'

export interface ActivityTables {
  /** When each system was last active or refused. Times are in milliseconds since the epoch; null: never. */
  systemActivity: {
    system: string
    agency: string
    publishedAt: number | null
    publishedType: string | null
    /** Hash of the event. */
    publishedHash: string | null
    readAt: number | null
    refusedAt: number | null
  }
  /** The last archived event that is counted as published; one row. */
  activityPosition: { name: string; position: number }
}

export const activityTables: TablesOfPart = {
  part: 'activity',
  migrations: [
    [
      `CREATE TABLE "systemActivity" (
        system text PRIMARY KEY,
        agency text NOT NULL,
        "publishedAt" bigint,
        "publishedType" text,
        "publishedHash" text,
        "readAt" bigint,
        "refusedAt" bigint
      )`,
      'CREATE INDEX "systemActivityByAgency" ON "systemActivity" (agency)',
      'CREATE TABLE "activityPosition" (name text PRIMARY KEY, position bigint NOT NULL)'
    ]
  ]
}
