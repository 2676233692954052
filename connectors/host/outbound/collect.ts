import { eventOf } from '#bus/archive/archived-event.ts'
import { inChunks } from '#engines/store/chunks.ts'
import type { OutboundEvent } from '../../connector.ts'
import type { HostedInstance } from '../hosted-instance.ts'
import { createDeliveries } from './deliveries.ts'
import type { DeliveryTables } from './delivery-tables.ts'
import { type Line, lineKey } from './lines.ts'
import type { OutboundOptions } from './outbound-options.ts'
import { valuesOf } from './outcome.ts'

/** What an outside that fetches may be given, and what it has fetched (`outbound.collected`). */
export interface Collecting {
  /**
   * What waits after an event's hash, oldest first; from the beginning for a hash that is no delivery any more. What
   * comes after a delivery that holds its line is not given.
   */
  waiting(after: string | undefined, limit: number): Promise<readonly OutboundEvent[]>
  /** The event with a hash, if `waiting` would give it. */
  waitingEvent(hash: string): Promise<OutboundEvent | undefined>
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
    return row?.event ?? 0
  }

  /** Lines of these deliveries in which one up to an event is dead, in doubt, or must not be given now. */
  const heldLines = async (rows: readonly Line[], upTo: number): Promise<Set<string>> => {
    const subjects = [...new Set(rows.map(({ subject }) => subject))]
    const earlier = await inChunks(subjects, (some) =>
      ofInstance()
        .select(['event', 'sender', 'subject', 'state'])
        .where('subject', 'in', some)
        .where('open', '=', 1)
        .where('event', '<=', upTo)
        .execute()
    )
    const statuses = await inbox.statusesOf(
      agency,
      earlier.map(({ event }) => event)
    )
    const holds = earlier.filter(
      ({ event, state }) => state !== 'waiting' || statuses.get(event) === 'withheld'
    )
    return new Set(holds.map(lineKey))
  }

  /** What waits after a position in the log. */
  const waitingFrom = async (position: number, limit: number): Promise<readonly OutboundEvent[]> => {
    const found: OutboundEvent[] = []
    for (let from = position; found.length < limit; ) {
      const left = limit - found.length
      const rows = await ofInstance()
        .select(['event', 'sender', 'subject', 'state'])
        .where('open', '=', 1)
        .where('event', '>', from)
        .orderBy('event')
        .limit(left)
        .execute()
      const numbers = rows.map(({ event }) => event)
      const events = await inbox.events(numbers)
      const statuses = await inbox.statusesOf(agency, numbers)
      const held = await heldLines(rows, from)
      for (const { event, state, ...line } of rows) {
        const archived = events.get(event)
        const status = statuses.get(event)
        if (state !== 'waiting' || status === 'withheld') held.add(lineKey(line))
        if (!archived || status !== 'open' || held.has(lineKey(line))) continue
        const { hash, recordedTime } = archived
        found.push({ event: eventOf(archived), hash, recordedTime })
      }
      const last = rows.at(-1)
      if (!last || rows.length < left) break
      from = last.event
    }
    return found
  }

  return {
    waiting: async (after, limit) => waitingFrom(after === undefined ? 0 : await positionOf(after), limit),

    async waitingEvent(hash) {
      const position = await positionOf(hash)
      const [first] = position === 0 ? [] : await waitingFrom(position - 1, 1)
      return first?.hash === hash ? first : undefined
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
        values: valuesOf({ kind: 'delivered', left: {} }, { ...delivery, state: 'waiting' }, now())
      }))
      const events = rows.map(({ event }) => event)
      await deliveries.change(changes, (transaction) =>
        recipientStatuses.markDelivered({ agency, system }, events, transaction)
      )
    }
  }
}
