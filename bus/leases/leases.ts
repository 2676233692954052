import type { Store, StoreTransaction } from '#engines/store/store.ts'
import type { Logger } from '#engines/telemetry/logger.ts'
import { BusError } from '#protocol/errors/bus-error.ts'
import { pause } from '#protocol/errors/retry.ts'
import type { LeaseTables } from './lease-tables.ts'

/** Refuses, within a transaction, what writes for a channel that is not this process's any more (`BUS_CONTROL_STALE`). */
export type ChannelGuard = (transaction: StoreTransaction, channel: string) => Promise<void>

/** Of a process that shares its store with none: every channel is its own. */
export const ownsEveryChannel: ChannelGuard = async () => {}

/** What runs while a channel is held. */
export interface RunningChannel {
  close(): Promise<void>
}

export interface Leases {
  readonly guard: ChannelGuard
  /** Lets go of every channel. Waits for what runs. */
  close(): Promise<void>
}

export interface LeasesOptions {
  readonly store: Store
  /** Names this process; another each time it is started. */
  readonly owner: string
  readonly channels: readonly string[]
  /** Begins to work for a channel that this process has got. */
  readonly run: (channel: string) => Promise<RunningChannel>
  readonly logger: Logger
}

type Row = LeaseTables['channelLeases']

const tickMs = 1000
/** An owner that has not renewed for so long is gone: others take its channels. */
const goneMs = 5000
/** Without a renewal for so long this process no longer counts on its channels. */
const renewedMs = 3000
/** Taken at once, so that processes that start together share them out. */
const takenAtOnce = 4

/**
 * Shares channels out among processes: each belongs to one at a time. An owner
 * renews its leases; one that stops for a while, and wakes, finds that what it
 * writes is refused, since the epoch has gone on.
 */
export function keepLeases({ store, owner, channels, run, logger }: LeasesOptions): Leases {
  const closing = new AbortController()
  const held = new Map<string, { readonly epoch: number; readonly running: Promise<RunningChannel> }>()
  /** Channels let go whose work has not ended yet: none is begun again before. */
  const ending = new Map<string, Promise<void>>()
  const seen = new Map<string, { readonly row: Row; readonly at: number }>()
  let renewedAt = performance.now()

  /** Whether a lease may be taken over: nobody's, or of an owner that has not been heard of. */
  const isFree = (row: Row, at: number): boolean => {
    const before = seen.get(row.channel)
    const isSame = before?.row.epoch === row.epoch && before.row.renewals === row.renewals
    if (!isSame) seen.set(row.channel, { row, at })
    return row.owner === '' || (isSame && before.at < at - goneMs)
  }

  /** Renews what is held and takes what is free; gives what is this process's then. */
  const renew = (at: number): Promise<readonly Pick<Row, 'channel' | 'epoch'>[]> =>
    store.transaction(async (transaction) => {
      const db = transaction.tables<LeaseTables>()
      await db
        .updateTable('channelLeases')
        .set((e) => ({ renewals: e('renewals', '+', 1) }))
        .where('owner', '=', owner)
        .execute()
      const rows = await db.selectFrom('channelLeases').selectAll().execute()
      const known = new Map(rows.map((row) => [row.channel, row]))
      const wanted = channels.filter((channel) => {
        const row = known.get(channel)
        return !row || (row.owner !== owner && isFree(row, at))
      })
      for (const channel of wanted.slice(0, takenAtOnce)) {
        await db
          .insertInto('channelLeases')
          .values({ channel, owner, epoch: 1, renewals: 0 })
          .onConflict((on) =>
            on
              .column('channel')
              .doUpdateSet((e) => ({ owner, epoch: e('channelLeases.epoch', '+', 1), renewals: 0 }))
          )
          .execute()
      }
      return db.selectFrom('channelLeases').select(['channel', 'epoch']).where('owner', '=', owner).execute()
    })

  /** Nobody waits for it between two renewals: what runs may take its time to end. */
  const letGo = (channel: string): void => {
    const running = held.get(channel)?.running
    held.delete(channel)
    const end = async (): Promise<void> => {
      const instance = await running?.catch(() => undefined) // What did not begin need not end.
      await instance?.close()
    }
    const ended = end()
      .catch((error: unknown) =>
        logger.error(
          { err: error, channel },
          'stopping the channel failed; see err; another process may already run it'
        )
      )
      .finally(() => ending.delete(channel))
    ending.set(channel, ended)
  }

  const begin = (channel: string, epoch: number): void => {
    const running = run(channel)
    const mine = { epoch, running }
    held.set(channel, mine)
    running.catch((error: unknown) => {
      logger.error(
        { err: error, channel },
        'the channel could not be started; retrying after the next lease renewal (1 s)'
      )
      if (held.get(channel) === mine) held.delete(channel) // It is begun again after the next renewal.
    })
  }

  const tick = async (): Promise<void> => {
    const at = performance.now()
    try {
      const mine = new Map((await renew(at)).map(({ channel, epoch }) => [channel, epoch]))
      renewedAt = at
      for (const [channel, { epoch }] of held) if (mine.get(channel) !== epoch) letGo(channel)
      for (const [channel, epoch] of mine) {
        if (held.has(channel) || ending.has(channel) || !channels.includes(channel)) continue
        begin(channel, epoch)
      }
    } catch (error) {
      logger.warn(
        { err: error },
        'channel leases not renewed: the database did not answer; retrying in 1 s; channels are stopped after 3 s'
      )
      if (renewedAt > performance.now() - renewedMs) return
      for (const channel of [...held.keys()]) letGo(channel)
    }
  }

  const keepOn = async (): Promise<void> => {
    while (!closing.signal.aborted) {
      await tick()
      await pause(tickMs * (0.75 + Math.random() / 2), closing)
    }
  }
  const ticking = keepOn()

  return {
    async guard(transaction, channel) {
      const row = await transaction
        .tables<LeaseTables>()
        .selectFrom('channelLeases')
        .select(['owner', 'epoch'])
        .where('channel', '=', channel)
        .executeTakeFirst()
      if (row?.owner === owner && row.epoch === held.get(channel)?.epoch) return
      throw new BusError('BUS_CONTROL_STALE', 'lease-lost', { values: { channel } })
    },

    async close() {
      closing.abort()
      await ticking
      for (const channel of [...held.keys()]) letGo(channel)
      await Promise.all(ending.values())
      const release = store.transaction((transaction) =>
        transaction
          .tables<LeaseTables>()
          .updateTable('channelLeases')
          .set({ owner: '' })
          .where('owner', '=', owner)
          .execute()
      )
      await release.catch(() => {}) // The others take them over a little later.
    }
  }
}
