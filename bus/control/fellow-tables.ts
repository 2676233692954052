import type { TablesOfPart } from '#engines/store/store.ts'

export interface FellowTables {
  /** The processes that run on this store. */
  controlFellows: {
    process: string
    /** The last act it has folded. */
    act: number
    /** Counted up while it lives: a clock would have to be the same everywhere. */
    beats: number
  }
}

export const fellowTables: TablesOfPart = {
  part: 'fellows',
  migrations: [
    [
      `CREATE TABLE "controlFellows" (
        process text PRIMARY KEY,
        act bigint NOT NULL,
        beats bigint NOT NULL
      )`
    ]
  ]
}
