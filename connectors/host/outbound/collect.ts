import { eventOf } from '#bus/archive/archived-event.ts'
import { inChunks } from '#engines/store/chunks.ts'
import { BusError } from '#protocol/errors/bus-error.ts'
import type { OutboundEvent } from '../../connector.ts'
import type { HostedInstance } from '../hosted-instance.ts'
import { createDeliveries } from './deliveries.ts'
import type { DeliveryTables } from './delivery-tables.ts'
import type { OutboundOptions } from './outbound-options.ts'
import { valuesOf } from './outcome.ts'

/** What an outside that fetches may be given, and what it has fetched (`outbound.collected`). */
export interface Collecting {
  /** What waits after an event's hash, oldest first. Throws `BUS_NOT_FOUND` for a hash that is no delivery. */
  waiting(after: string | undefined, limit: number): Promise<readonly OutboundEvent[]>
  /** Ends the deliveries of these events (hashes). Those ended before are passed over. */
  collected(hashes: readonly string[]): Promise<void>
}

export function createCollecting(instance: HostedInstance, options: OutboundOptions): Collecting {
  const { name, agency, system, recipientStatuses, now } = instance
  const { store, inbox } = options
  const deliveries = createDeliveries(instance, options)
  const ofInstance = () =>
    store.reader<DeliveryTables>().selectFrom('deliveries').where('instance', '=', name)

  const positionOf = async (hash: string): Promise<number> => {
    const row = await ofInstance().select('event').where('hash', '=', hash).executeTakeFirst()
    if (!row) throw new BusError('BUS_NOT_FOUND', 'not-found')
    return row.event
  }

  return {
    async waiting(after, limit) {
      const found: OutboundEvent[] = []
      for (let from = after === undefined ? 0 : await positionOf(after); found.length < limit; ) {
        const left = limit - found.length
        const rows = await ofInstance()
          .select(['event'])
          .where('open', '=', 1)
          .where('state', '=', 'waiting')
          .where('event', '>', from)
          .orderBy('event')
          .limit(left)
          .execute()
        const numbers = rows.map(({ event }) => event)
        const events = await inbox.events(numbers)
        const statuses = await inbox.statusesOf(agency, numbers)
        for (const { event } of rows) {
          const archived = events.get(event)
          if (!archived || statuses.get(event) !== 'open') continue
          const { hash, recordedTime } = archived
          found.push({ event: eventOf(archived), hash, recordedTime })
        }
        const last = rows.at(-1)
        if (!last || rows.length < left) break
        from = last.event
      }
      return found
    },

    async collected(hashes) {
      const rows = await inChunks(hashes, (some) =>
        ofInstance()
          .select(['event', 'sender', 'subject', 'attempts'])
          .where('hash', 'in', some)
          .where('open', '=', 1)
          .execute()
      )
      if (rows.length === 0) return
      const changes = rows.map((delivery) => ({
        delivery,
        values: valuesOf({ kind: 'delivered', left: {} }, delivery, now())
      }))
      const events = rows.map(({ event }) => event)
      await deliveries.change(changes, (transaction) =>
        recipientStatuses.markDelivered({ agency, system }, events, transaction)
      )
    }
  }
}
