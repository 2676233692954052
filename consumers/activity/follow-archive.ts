import type { Archive } from '#bus/archive/archive.ts'
import type { Signals } from '#engines/signals/signals.ts'
import type { Store } from '#engines/store/store.ts'
import type { Logger } from '#engines/telemetry/logger.ts'
import { instantMs } from '#protocol/events/instant.ts'
import { pause } from '#protocol/timing/retry.ts'
import { progress } from '../projector/positions.ts'
import type { ActivityTables } from './activity-tables.ts'
import { activityLane, type Heard, writeHeard } from './write.ts'

export interface FollowArchiveOptions {
  readonly store: Store
  readonly archive: Pick<Archive, 'headsAfter'>
  readonly signals: Signals
  readonly logger: Logger
}

const takenAtOnce = 1000
/** Events that come meanwhile share one write. */
const restMs = 1000
const lookMs = 5000
const name = 'archive'

/** Keeps what each system last published, from the archive, until it is closed. */
export function followArchive({ store, archive, signals, logger }: FollowArchiveOptions): {
  close(): Promise<void>
} {
  const closing = new AbortController()
  const { signal } = closing

  /** Takes the next events; returns whether there may be more. Of two processes one takes them. */
  const takeSome = async (): Promise<boolean> => {
    const position = await positionIn(store)
    const heads = await archive.headsAfter(position, takenAtOnce)
    const end = heads.at(-1)?.number
    if (end === undefined) return false
    const heard = new Map<string, Heard>()
    for (const { source, type, hash, recordedTime } of heads) {
      const publishedAt = instantMs(recordedTime)
      // Events of several partitions are not archived in the order of their times.
      if (publishedAt < (heard.get(source)?.publishedAt ?? 0)) continue
      heard.set(source, { publishedAt, publishedType: type, publishedHash: hash })
    }
    await store.transaction(async (transaction) => {
      const db = transaction.tables<ActivityTables>()
      await db
        .insertInto('activityPosition')
        .values({ name, position: 0 })
        .onConflict((on) => on.column('name').doNothing())
        .execute()
      const moved = await db
        .updateTable('activityPosition')
        .set({ position: end })
        .where('name', '=', name)
        .where('position', '=', position)
        .executeTakeFirst()
      if (moved.numUpdatedRows === 1n) await writeHeard(transaction, heard)
    }, activityLane)
    return heads.length === takenAtOnce
  }

  const run = async (): Promise<void> => {
    while (!signal.aborted) {
      const seen = signals.count(progress)
      try {
        if (await takeSome()) continue
        await signals.wait(progress, seen, lookMs, signal)
      } catch (error) {
        logger.warn({ err: error }, 'what systems last published is not stored yet; see err; retrying')
      }
      await pause(restMs, { signal })
    }
  }
  const running = run()

  return {
    async close() {
      closing.abort()
      await running
    }
  }
}

/** The last archived event whose publication is counted. */
async function positionIn(store: Store): Promise<number> {
  const row = await store
    .reader<ActivityTables>()
    .selectFrom('activityPosition')
    .select('position')
    .where('name', '=', name)
    .executeTakeFirst()
  return row?.position ?? 0
}
