import { eventOf } from '#bus/archive/archived-event.ts'
import { inChunks } from '#engines/store/chunks.ts'
import { reachFailpoint } from '#engines/telemetry/failpoints.ts'
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

  /** What waits among the next rows after a position in the log, and where they end if there may be more. */
  const pageAfter = async (
    position: number,
    limit: number
  ): Promise<{ readonly found: readonly OutboundEvent[]; readonly next: number | undefined }> => {
    const rows = await ofInstance()
      .select(['event', 'sender', 'subject', 'state'])
      .where('open', '=', 1)
      .where('event', '>', position)
      .orderBy('event')
      .limit(limit)
      .execute()
    const numbers = rows.map(({ event }) => event)
    const events = await inbox.events(numbers)
    const statuses = await inbox.statusesOf(agency, numbers)
    const held = await heldLines(rows, position)
    const found = rows.flatMap(({ event, state, ...line }): readonly OutboundEvent[] => {
      const archived = events.get(event)
      const status = statuses.get(event)
      if (state !== 'waiting' || status === 'withheld') held.add(lineKey(line))
      if (!archived || status !== 'open' || held.has(lineKey(line))) return []
      const { hash, recordedTime } = archived
      return [{ event: eventOf(archived), hash, recordedTime }]
    })
    return { found, next: rows.length < limit ? undefined : rows.at(-1)?.event }
  }

  return {
    async waiting(after, limit) {
      const found: OutboundEvent[] = []
      let from = after === undefined ? 0 : await positionOf(after)
      while (found.length < limit) {
        const page = await pageAfter(from, limit - found.length)
        found.push(...page.found)
        if (page.next === undefined) break
        from = page.next
      }
      if (found.length > 0) reachFailpoint('delivery.before-effect')
      return found
    },

    async waitingEvent(hash) {
      const position = await positionOf(hash)
      if (position === 0) return undefined
      const { found } = await pageAfter(position - 1, 1)
      return found.find((one) => one.hash === hash)
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
      reachFailpoint('delivery.after-effect')
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
