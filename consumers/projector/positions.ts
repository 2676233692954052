import type { EventLog } from '#engines/event-log/event-log.ts'
import type { Signals } from '#engines/signals/signals.ts'
import { inChunks } from '#engines/store/chunks.ts'
import type { Store, StoreTransaction } from '#engines/store/store.ts'
import { BusError } from '#protocol/errors/bus-error.ts'
import type { ProjectorTables } from './projector-tables.ts'

/** Name under which progress of the projector is signalled. */
export const progress = '/projector'

export interface ProgressOptions {
  readonly log: Pick<EventLog, 'ends'>
  readonly store: Store
  readonly signals: Signals
}

/**
 * Waits up to `ms` until everything that is in the log now has been projected, by any process. Returns
 * whether it was.
 */
export async function caughtUp({ log, store, signals }: ProgressOptions, ms: number): Promise<boolean> {
  const ends = await log.ends()
  const until = performance.now() + ms
  for (;;) {
    const seen = signals.count(progress)
    const positions = await readPositions(store)
    if ([...ends].every(([shard, end]) => (positions.get(shard) ?? 0) >= end)) return true
    const leftMs = until - performance.now()
    if (leftMs <= 0) return false
    await signals.wait(progress, seen, Math.min(leftMs, lookMs), AbortSignal.timeout(Math.ceil(leftMs)))
  }
}

/** Looks again after this time, since a signal from another process may be lost. */
const lookMs = 500

/** The position that a store has reached in each shard of its log. */
export async function readPositions(store: Store): Promise<ReadonlyMap<string, number>> {
  const rows = await store.reader<ProjectorTables>().selectFrom('projectorPositions').selectAll().execute()
  return new Map(rows.map(({ log, position }) => [log, position]))
}

/** Begins the shards of a topic anew: the next reader reads them from their beginning. */
export async function forgetPositions(transaction: StoreTransaction, topic: string): Promise<void> {
  await transaction
    .tables<ProjectorTables>()
    .deleteFrom('projectorPositions')
    .where('log', 'like', `${topic}/%`)
    .execute()
}

/** What a shard's position is to be, and what it must be before. */
export interface Move {
  readonly shard: string
  readonly after: number
  readonly to: number
}

/**
 * Moves positions by compare-and-set: if two readers both read a shard, one of them rolls back. Nobody writes between
 * the reading and the writing, since writers of a lane run one after another.
 */
export async function movePositions(transaction: StoreTransaction, moves: readonly Move[]): Promise<void> {
  const db = transaction.tables<ProjectorTables>()
  const shards = moves.map(({ shard }) => shard)
  const rows = await inChunks(shards, (some) =>
    db.selectFrom('projectorPositions').selectAll().where('log', 'in', some).execute()
  )
  const positions = new Map(rows.map(({ log, position }) => [log, position]))
  if (moves.some(({ shard, after }) => (positions.get(shard) ?? 0) !== after)) {
    throw new BusError('BUS_CONTROL_STALE', 'position-moved-elsewhere')
  }
  await inChunks(
    moves.map(({ shard, to }) => ({ log: shard, position: to })),
    (some) =>
      db
        .insertInto('projectorPositions')
        .values(some)
        .onConflict((on) => on.column('log').doUpdateSet({ position: (e) => e.ref('excluded.position') }))
        .execute()
  )
}
