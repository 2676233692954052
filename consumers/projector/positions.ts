import type { EventLog, LogRecord } from '#engines/event-log/event-log.ts'
import type { Signals } from '#engines/signals/signals.ts'
import { pipeline } from '#engines/store/pipeline.ts'
import type { Store, StoreTransaction } from '#engines/store/store.ts'
import { BusError } from '#protocol/errors/bus-error.ts'
import type { ProjectorTables } from './projector-tables.ts'

/** What the projector's own progress is signalled under. */
export const progress = '/projector'

export interface ProgressOptions {
  readonly log: Pick<EventLog, 'ends'>
  readonly store: Store
  readonly signals: Signals
}

/** Whether everything in the log when it was asked is projected, by whichever process; waits up to `ms` for it. */
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

/** Looked again at least so often: another process's signal may be lost. */
const lookMs = 500

/** The position up to which a store has taken each shard of its log. */
export async function readPositions(store: Store): Promise<ReadonlyMap<string, number>> {
  const rows = await store.reader<ProjectorTables>().selectFrom('projectorPositions').selectAll().execute()
  return new Map(rows.map(({ log, position }) => [log, position]))
}

/** Moves by compare-and-set, so that of two readers who both think the log theirs one rolls back. */
export async function movePosition(
  transaction: StoreTransaction,
  records: readonly LogRecord[],
  after: number
): Promise<void> {
  const last = records.at(-1)
  if (!last) return
  const db = transaction.tables<ProjectorTables>()
  const [, moved] = await pipeline([
    db
      .insertInto('projectorPositions')
      .values({ log: last.shard, position: 0 })
      .onConflict((on) => on.column('log').doNothing())
      .execute(),
    db
      .updateTable('projectorPositions')
      .set({ position: last.position })
      .where('log', '=', last.shard)
      .where('position', '=', after)
      .executeTakeFirst()
  ])
  if (moved.numUpdatedRows !== 1n) throw new BusError('BUS_CONTROL_STALE', 'position-moved-elsewhere')
}
