import type { TablesOfPart } from '#engines/store/store.ts'

export interface LeaseTables {
  /** Which process has a channel. */
  channelLeases: {
    channel: string
    /** Empty once it was let go. */
    owner: string
    /** Counts its owners: what an earlier one still writes is refused. */
    epoch: number
    /** Counted up while its owner lives: a clock would have to be the same everywhere. */
    renewals: number
  }
}

export const leaseTables: TablesOfPart = {
  part: 'leases',
  migrations: [
    [
      `CREATE TABLE "channelLeases" (
        channel text PRIMARY KEY,
        owner text NOT NULL,
        epoch bigint NOT NULL,
        renewals bigint NOT NULL
      )`
    ]
  ]
}
