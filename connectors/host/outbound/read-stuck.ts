import { inChunks } from '#engines/store/chunks.ts'
import { literal } from '#engines/store/literal.ts'
import type { Store } from '#engines/store/store.ts'
import type { DeliveryState, DeliveryTables } from './delivery-tables.ts'
import { openStates } from './read-deliveries.ts'

/** Events (archive numbers) with a delivery that failed and is open, is dead or is in doubt. */
export interface StuckReads {
  /** Those with these numbers, both included: at most so many, the newest first. */
  stuckEvents(
    range: { readonly low: number; readonly high: number },
    limit: number
  ): Promise<readonly number[]>
  /** Those of these events that are stuck. */
  stuckAmong(events: readonly number[]): Promise<ReadonlySet<number>>
}

export function createStuckReads(store: Store): StuckReads {
  const reader = () => store.reader<DeliveryTables>()

  return {
    async stuckEvents({ low, high }, limit) {
      const newest = (state: DeliveryState) => {
        const rows = reader()
          .selectFrom('deliveries')
          .select('event')
          .distinct()
          .where('state', '=', literal(state)) // As its index has it.
          .where('event', '>=', low)
          .where('event', '<=', high)
          .orderBy('event', 'desc')
          .limit(limit)
        // Behind one that failed, thousands may wait that were not tried.
        return (state === 'waiting' ? rows.where('failure', 'is not', null) : rows).execute()
      }
      const rows = await Promise.all([...openStates].map(newest))
      const events = new Set(rows.flat().map(({ event }) => event))
      return [...events].sort((one, other) => other - one).slice(0, limit)
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
