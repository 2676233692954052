import type { TablesOfPart } from '#engines/store/store.ts'

export interface ActTables {
  /** What acts are searched by. What they say stays with the part that recorded them. */
  actEntries: {
    number: number
    /** Where the act was recorded, and its number there. */
    source: string
    sourceNumber: number
    act: string
    resource: string
    system: string
    agency: string
    /** Id of the person who did it; null for an act of a system. */
    person: string | null
    /** Milliseconds since the epoch. */
    at: number
    /** The words of the act in lower case and without diacritics, with a space before each. */
    text: string
  }
  /** The agencies that each act touches. */
  actAgencies: { agency: string; at: number; number: number }
  /** The last act taken of each source. */
  actPositions: { source: string; position: number }
}

export const actTables: TablesOfPart = {
  part: 'acts',
  migrations: [
    [
      `CREATE TABLE "actEntries" (
        number BIGINT_KEY,
        source text NOT NULL,
        "sourceNumber" bigint NOT NULL,
        act text NOT NULL,
        resource text NOT NULL,
        system text NOT NULL,
        agency text NOT NULL,
        person text,
        at bigint NOT NULL,
        text text NOT NULL
      )`,
      'CREATE INDEX "actEntriesByTime" ON "actEntries" (at, number)',
      'CREATE INDEX "actEntriesByAct" ON "actEntries" (act, at, number)',
      'CREATE INDEX "actEntriesByResource" ON "actEntries" (resource, at, number)',
      'CREATE INDEX "actEntriesBySystem" ON "actEntries" (system, at, number)',
      'CREATE INDEX "actEntriesByAgency" ON "actEntries" (agency, at, number)',
      'CREATE INDEX "actEntriesByPerson" ON "actEntries" (person, at, number) WHERE person IS NOT NULL',
      `CREATE TABLE "actAgencies" (
        agency text NOT NULL,
        at bigint NOT NULL,
        number bigint NOT NULL,
        PRIMARY KEY (agency, at, number)
      )`,
      'CREATE TABLE "actPositions" (source text PRIMARY KEY, position bigint NOT NULL)'
    ]
  ]
}
