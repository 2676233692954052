import { inChunks } from '#engines/store/chunks.ts'
import type { Store } from '#engines/store/store.ts'
import type { DeliveryState, DeliveryTables } from './delivery-tables.ts'
import { openStates } from './read-deliveries.ts'

/** Events (archive numbers) with a delivery that failed and is open, is dead or is in doubt. */
export interface StuckReads {
  /** The newest first. */
  stuckEvents(limit: number): Promise<readonly number[]>
  /** Those of these events that are stuck. */
  stuckAmong(events: readonly number[]): Promise<ReadonlySet<number>>
}

export function createStuckReads(store: Store): StuckReads {
  const reader = () => store.reader<DeliveryTables>()

  return {
    async stuckEvents(limit) {
      const newest = (state: DeliveryState) =>
        reader()
          .selectFrom('deliveries')
          .select(['event', 'state', 'failure'])
          .where('state', '=', state)
          .orderBy('event', 'desc')
          .limit(limit)
          .execute()
      const rows = await Promise.all([...openStates].map(newest))
      const stuck = rows.flat().filter(({ state, failure }) => state !== 'waiting' || failure !== null)
      return [...new Set(stuck.map(({ event }) => event))].sort((one, other) => other - one).slice(0, limit)
    },

    async stuckAmong(events) {
      const rows = await inChunks(events, (some) =>
        reader()
          .selectFrom('deliveries')
          .select('event')
          .where('event', 'in', some)
          .where((e) => e.or([...openStates].map((state) => e('state', '=', state)))) // As its index has it.
          .where((e) => e.or([e('state', '!=', 'waiting'), e('failure', 'is not', null)]))
          .execute()
      )
      return new Set(rows.map(({ event }) => event))
    }
  }
}
