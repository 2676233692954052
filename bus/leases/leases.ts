import type { Store, StoreTransaction } from '#engines/store/store.ts'
import type { Logger } from '#engines/telemetry/logger.ts'
import { BusError } from '#protocol/errors/bus-error.ts'
import { pause } from '#protocol/timing/retry.ts'
import type { LeaseTables } from './lease-tables.ts'

/**
 * Called in a transaction that writes for a channel. Throws `BUS_CONTROL_STALE` if this process no longer
 * owns the channel.
 */
export type ChannelGuard = (transaction: StoreTransaction, channel: string) => Promise<void>

/** For a process that does not share its store: it owns every channel. */
export const ownsEveryChannel: ChannelGuard = async () => {}

/** The work of a channel that this process owns. */
export interface RunningChannel {
  close(): Promise<void>
}

export interface Leases {
  readonly guard: ChannelGuard
  /** Whether no other process owns the channel, be it one of this process's channels or not. */
  isFree(transaction: StoreTransaction, channel: string): Promise<boolean>
  /** Channels that another process runs with other terms. */
  differing(): readonly string[]
  /** Stops the work of these channels. Those that are still among the channels are started anew, maybe by another process. */
  restart(channels: readonly string[]): void
  /** Stops the work of every channel and releases the leases. */
  close(): Promise<void>
}

export interface LeasesOptions {
  readonly store: Store
  /** Identifies this run of the process. */
  readonly owner: string
  /** The channels there are now. */
  readonly channels: () => readonly string[]
  /** What this process runs a channel with, as short text such as a hash. Default: none. */
  readonly termsOf?: (channel: string) => string
  /** Starts the work of a channel that this process now owns. */
  readonly run: (channel: string) => Promise<RunningChannel>
  readonly logger: Logger
}

type Row = LeaseTables['channelLeases']

const tickMs = 1000
/** An owner that has not renewed its leases for this long counts as gone; others take its channels. */
const goneMs = 5000
/** Without a renewal for this long, this process stops its channels. */
const renewedMs = 3000
/** Leases taken at a time, so that processes started together share the channels. */
const takenAtOnce = 4

/**
 * Distributes channels among processes; each channel has one owner, which renews its lease. If an owner is
 * paused, another process takes the channel over and increases the epoch. When the paused owner continues,
 * `guard` rejects its writes.
 */
export function keepLeases({
  store,
  owner,
  channels: channelsNow,
  termsOf = () => '',
  run,
  logger
}: LeasesOptions): Leases {
  const closing = new AbortController()
  const held = new Map<string, { readonly epoch: number; readonly running: Promise<RunningChannel> }>()
  /** Released channels whose work has not ended yet. They are not started again before it has. */
  const ending = new Map<string, { readonly epoch: number; readonly ended: Promise<void> }>()
  const seen = new Map<string, { readonly row: Row; readonly at: number }>()
  let limit: NodeJS.Timeout | undefined
  let differing: readonly string[] = []

  /** Whether a lease may be taken: it has no owner, or its owner has not renewed it. */
  const isLeaseFree = (row: Row, at: number): boolean => {
    const before = seen.get(row.channel)
    const isSame = before?.row.epoch === row.epoch && before.row.renewals === row.renewals
    if (!isSame) seen.set(row.channel, { row, at })
    return row.owner === '' || (isSame && before.at < at - goneMs)
  }

  /** Renews the leases of this process, takes free ones, and returns all that it owns. */
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
      const channels = channelsNow()
      const wanted = channels.filter((channel) => {
        const row = known.get(channel)
        return !row || (row.owner !== owner && isLeaseFree(row, at))
      })
      differing = channels.filter((channel) => {
        const row = known.get(channel)
        const isOthers = row !== undefined && row.owner !== owner && !wanted.includes(channel)
        return isOthers && row.terms !== termsOf(channel)
      })
      for (const { channel, terms } of rows.filter((row) => row.owner === owner)) {
        if (!channels.includes(channel) && !held.has(channel) && !ending.has(channel)) {
          await db.updateTable('channelLeases').set({ owner: '' }).where('channel', '=', channel).execute()
        } else if (terms !== termsOf(channel)) {
          await db
            .updateTable('channelLeases')
            .set({ terms: termsOf(channel) })
            .where('channel', '=', channel)
            .execute()
        }
      }
      for (const channel of wanted.slice(0, takenAtOnce)) {
        const terms = termsOf(channel)
        await db
          .insertInto('channelLeases')
          .values({ channel, owner, epoch: 1, renewals: 0, terms })
          .onConflict((on) =>
            on
              .column('channel')
              .doUpdateSet((e) => ({ owner, epoch: e('channelLeases.epoch', '+', 1), renewals: 0, terms }))
          )
          .execute()
      }
      return db.selectFrom('channelLeases').select(['channel', 'epoch']).where('owner', '=', owner).execute()
    })

  /** Not awaited, since the work of a channel may take longer to end than the time between renewals. */
  const letGo = (channel: string): void => {
    const mine = held.get(channel)
    if (!mine) return
    held.delete(channel)
    const end = async (): Promise<void> => {
      const instance = await mine.running.catch(() => undefined) // It failed to start, so there is nothing to close.
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
    ending.set(channel, { epoch: mine.epoch, ended })
  }

  const letAllGo = (): void => {
    for (const channel of [...held.keys()]) letGo(channel)
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
      if (held.get(channel) === mine) held.delete(channel) // It is started again after the next renewal.
    })
  }

  const tick = async (): Promise<void> => {
    const at = performance.now()
    try {
      const mine = new Map((await renew(at)).map(({ channel, epoch }) => [channel, epoch]))
      clearTimeout(limit)
      // A timer of its own: the database may need longer to answer than the leases last.
      limit = setTimeout(letAllGo, Math.max(0, at + renewedMs - performance.now()))
      for (const [channel, { epoch }] of held) if (mine.get(channel) !== epoch) letGo(channel)
      for (const [channel, epoch] of mine) {
        if (held.has(channel) || ending.has(channel) || !channelsNow().includes(channel)) continue
        begin(channel, epoch)
      }
    } catch (error) {
      logger.warn(
        { err: error },
        'channel leases not renewed: the database did not answer; retrying in 1 s; channels are stopped after 3 s'
      )
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
    differing: () => differing,

    restart(channels) {
      for (const channel of channels) if (held.has(channel)) letGo(channel)
    },

    async guard(transaction, channel) {
      const row = await transaction
        .tables<LeaseTables>()
        .selectFrom('channelLeases')
        .select(['owner', 'epoch'])
        .where('channel', '=', channel)
        .executeTakeFirst()
      // What is ending may still write how it ended, as long as nobody has taken the channel over.
      const epoch = held.get(channel)?.epoch ?? ending.get(channel)?.epoch
      if (row?.owner === owner && row.epoch === epoch) return
      throw new BusError('BUS_CONTROL_STALE', 'lease-lost', { values: { channel } })
    },

    async isFree(transaction, channel) {
      const row = await transaction
        .tables<LeaseTables>()
        .selectFrom('channelLeases')
        .selectAll()
        .where('channel', '=', channel)
        .executeTakeFirst()
      return !row || row.owner === owner || isLeaseFree(row, performance.now())
    },

    async close() {
      closing.abort()
      await ticking
      clearTimeout(limit)
      letAllGo()
      await Promise.all(Array.from(ending.values(), ({ ended }) => ended))
      const release = store.transaction((transaction) =>
        transaction
          .tables<LeaseTables>()
          .updateTable('channelLeases')
          .set({ owner: '' })
          .where('owner', '=', owner)
          .execute()
      )
      await release.catch(() => {}) // The others take the channels over a little later.
    }
  }
}
