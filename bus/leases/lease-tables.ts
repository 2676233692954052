import type { TablesOfPart } from '#engines/store/store.ts'

export interface LeaseTables {
  /** The process that runs each channel. */
  channelLeases: {
    channel: string
    /** Empty after the owner has released it. */
    owner: string
    /** Increases with each new owner; writes under an earlier epoch are rejected. */
    epoch: number
    /** Increases while the owner lives. A time would depend on the clocks of all machines. */
    renewals: number
    /** What the owner runs the channel with; processes that have something else do not agree with it. */
    terms: string
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
    ],
    [`ALTER TABLE "channelLeases" ADD COLUMN terms text NOT NULL DEFAULT ''`]
  ]
}
