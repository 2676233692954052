import { inChunks } from '#engines/store/chunks.ts'
import { valuesTable } from '#engines/store/values-table.ts'
import { reachFailpoint } from '#engines/telemetry/failpoints.ts'
import type { BusError } from '#protocol/errors/bus-error.ts'
import type { OutboundEvent } from '../../connector.ts'
import { failureOf } from '../failures.ts'
import type { HostedInstance } from '../hosted-instance.ts'
import { createDeliveries } from './deliveries.ts'
import type { DeliveryTables } from './delivery-tables.ts'
import { distinctLines, type Line, lineKey } from './lines.ts'
import { defaultScheduleMs, nextStep } from './next-step.ts'
import type { OutboundOptions } from './outbound-options.ts'
import { valuesOf } from './outcome.ts'
import { toOutbound } from './to-outbound.ts'

/** What an outside that fetches may be given, and what it has fetched (`outbound.collected`). */
export interface Collecting {
  /**
   * What waits and is due after an event's hash, oldest first; from the beginning for a hash that is no delivery any more. What
   * comes after a delivery that holds its line is not given.
   */
  waiting(after: string | undefined, limit: number): Promise<readonly OutboundEvent[]>
  /** The event with a hash, if `waiting` gives it now or would once it is due. */
  waitingEvent(hash: string): Promise<OutboundEvent | undefined>
  /** Ends the deliveries of these events (hashes). Those ended before are passed over. */
  collected(hashes: readonly string[]): Promise<void>
  /**
   * Counts as an attempt that failed, as far as the error counts as one; otherwise it is shown with the delivery, which
   * goes on being given. Passed over until the next attempt is due: it is about the one before.
   */
  notCollected(hash: string, error: BusError): Promise<void>
}

/** After which event, and the latest time at which an attempt is due. */
interface Place {
  readonly position: number
  readonly dueBy: number
}

export function createCollecting(instance: HostedInstance, options: OutboundOptions): Collecting {
  const { name, agency, system, recipientStatuses, now } = instance
  const { store, inbox, steadyNow, scheduleMs = defaultScheduleMs } = options
  const deliveries = createDeliveries(instance, options)
  const ofInstance = () =>
    store.reader<DeliveryTables>().selectFrom('deliveries').where('instance', '=', name)

  const positionOf = async (hash: string): Promise<number> => {
    const row = await ofInstance().select('event').where('hash', '=', hash).executeTakeFirst()
    return row?.event ?? 0
  }

  /** Lines of these deliveries in which one up to an event is dead, in doubt, not due, or must not be given now. */
  const heldLines = async (rows: readonly Line[], { position: upTo, dueBy }: Place): Promise<Set<string>> => {
    const earlier = await inChunks(distinctLines(rows), (some) =>
      store
        .reader<DeliveryTables>()
        .with('line(sender, subject)', () => valuesTable(some, ['sender', 'subject']))
        .selectFrom('line')
        .crossJoin('deliveries as d') // For an inner join, SQLite reads all that is open.
        .select(['d.event', 'd.sender', 'd.subject', 'd.state', 'd.dueAt'])
        .whereRef('d.subject', '=', 'line.subject')
        .whereRef('d.sender', '=', 'line.sender')
        .where('d.instance', '=', name)
        .where('d.open', '=', 1)
        .where('d.event', '<=', upTo)
        .execute()
    )
    const statuses = await inbox.statusesOf(
      agency,
      earlier.map(({ event }) => event)
    )
    const holds = earlier.filter(
      (one) => one.state !== 'waiting' || one.dueAt > dueBy || statuses.get(one.event) === 'withheld'
    )
    return new Set(holds.map(lineKey))
  }

  /** What waits among the next rows after a position in the log, and where they end if there may be more. */
  const pageAfter = async (
    { position, dueBy }: Place,
    limit: number
  ): Promise<{ readonly found: readonly OutboundEvent[]; readonly next: number | undefined }> => {
    const rows = await ofInstance()
      .select(['event', 'sender', 'subject', 'state', 'dueAt'])
      .where((e) => e('open', '=', e.lit(1)))
      .where('event', '>', position)
      .orderBy('event')
      .limit(limit)
      .execute()
    const numbers = rows.map(({ event }) => event)
    const events = await inbox.events(numbers)
    const statuses = await inbox.statusesOf(agency, numbers)
    const held = await heldLines(rows, { position, dueBy })
    const found = rows.flatMap(({ event, state, dueAt, ...line }): readonly OutboundEvent[] => {
      const archived = events.get(event)
      const status = statuses.get(event)
      if (state !== 'waiting' || dueAt > dueBy || status === 'withheld') held.add(lineKey(line))
      if (!archived || status !== 'open' || held.has(lineKey(line))) return []
      return [toOutbound(archived)]
    })
    return { found, next: rows.length < limit ? undefined : rows.at(-1)?.event }
  }

  return {
    async waiting(after, limit) {
      const found: OutboundEvent[] = []
      let from = after === undefined ? 0 : await positionOf(after)
      const dueBy = steadyNow()
      while (found.length < limit) {
        const page = await pageAfter({ position: from, dueBy }, limit - found.length)
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
      const { found } = await pageAfter({ position: position - 1, dueBy: Number.POSITIVE_INFINITY }, 1)
      return found.find((one) => one.hash === hash)
    },

    async collected(hashes) {
      const rows = await inChunks(hashes, (some) =>
        ofInstance()
          .select(['event', 'sender', 'subject', 'attempts'])
          .where('hash', 'in', some)
          .where((e) => e('open', '=', e.lit(1)))
          .execute()
      )
      if (rows.length === 0) return
      reachFailpoint('delivery.after-effect')
      const withoutFailure = { failure: null, failureText: null, failedAt: null }
      const changes = rows.map((delivery) => ({
        delivery,
        values: {
          ...valuesOf({ kind: 'delivered', left: {} }, { ...delivery, state: 'waiting' }, now()),
          ...withoutFailure
        }
      }))
      const events = rows.map(({ event }) => event)
      await deliveries.change(changes, (transaction) =>
        recipientStatuses.markDelivered({ agency, system }, events, transaction)
      )
    },

    async notCollected(hash, error) {
      const delivery = await ofInstance()
        .select(['event', 'sender', 'subject', 'attempts'])
        .where('hash', '=', hash)
        .where('state', '=', 'waiting')
        .where('dueAt', '<=', steadyNow())
        .executeTakeFirst()
      if (!delivery) return
      const failure = failureOf(error)
      const failed = { failure, error, attempts: delivery.attempts, repeatable: true, isProbe: false }
      const step = nextStep(failed, scheduleMs, steadyNow())
      const { dueAt: _, ...shown } = valuesOf({ ...step, error }, { ...delivery, state: 'waiting' }, now())
      const values = step.kind === 'waiting' && step.counted ? { ...shown, dueAt: step.dueAt } : shown
      await deliveries.change([{ delivery, values }])
    }
  }
}
