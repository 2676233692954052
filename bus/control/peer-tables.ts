import type { TablesOfPart } from '#engines/store/store.ts'

export interface PeerTables {
  /** The processes that use this store. */
  controlPeers: {
    process: string
    /** The last act that the process has applied. */
    act: number
    /** Increases while the process lives. A time would depend on the clocks of all machines. */
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
