import type { TablesOfPart } from '#engines/store/store.ts'

export interface PeerTables {
  /** The processes that run on this store. */
  controlPeers: {
    process: string
    /** The last act it has folded. */
    act: number
    /** Counted up while it lives: a clock would have to be the same everywhere. */
    heartbeats: number
  }
}

export const peerTables: TablesOfPart = {
  part: 'peers',
  migrations: [
    [
      `CREATE TABLE "controlPeers" (
        process text PRIMARY KEY,
        act bigint NOT NULL,
        heartbeats bigint NOT NULL
      )`
    ]
  ]
}
