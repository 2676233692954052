import type { ChannelGuard } from '#bus/leases/leases.ts'
import { inChunks } from '#engines/store/chunks.ts'
import type { Store } from '#engines/store/store.ts'
import type { DeliveryTables } from './delivery-tables.ts'
import type { NextStep } from './next-step.ts'

/** A delivery that may be attempted now. */
export interface DueDelivery {
  readonly channel: string
  readonly event: number
  readonly sender: string
  readonly subject: string
  /** Number of earlier attempts. */
  readonly attempts: number
  /** An attempt was begun and its result is unknown: the outside system may have the event. */
  readonly mayHaveHappened: boolean
}

/** An inbox entry that a channel takes. `wanted`: the channel delivers events of this type. */
export interface TakenEntry {
  /** Number of the entry in the inbox. */
  readonly number: number
  readonly event: number
  readonly sender: string
  readonly subject: string
  readonly wanted: boolean
}

/**
 * Deliveries and their states, for channels that store their own position in an inbox. Within channel ×
 * sender × subject events keep their order: while one waits, those after it wait too. All others continue.
 */
export interface Deliveries {
  /** The channel's position in its inbox. */
  position(channel: string): Promise<number>
  /** Adds deliveries for the next entries and moves the position, in one transaction. */
  take(channel: string, entries: readonly TakenEntry[]): Promise<void>
  /** The deliveries that may be attempted now, oldest first; at most one for each sender and subject. */
  due(channel: string, limit: number): Promise<readonly DueDelivery[]>
  /** When the channel's next delivery is due, in milliseconds since the epoch; undefined if none waits. */
  nextDueAt(channel: string): Promise<number | undefined>
  begin(deliveries: readonly DueDelivery[]): Promise<void>
  /** Undoes `begin` for deliveries that were not attempted. */
  untried(deliveries: readonly DueDelivery[]): Promise<void>
  done(delivery: DueDelivery): Promise<void>
  failed(delivery: DueDelivery, step: NextStep): Promise<void>
  /** The event expired or was recalled before it was delivered: it is not attempted. */
  ended(delivery: DueDelivery): Promise<void>
  /** Postpones it without counting an attempt. */
  defer(delivery: DueDelivery, dueAt: number): Promise<void>
  /** The newest event (archive number) of a sender and subject that the channel has taken. */
  lastOf(channel: string, sender: string, subject: string): Promise<number | undefined>
}

export interface DeliveriesOptions {
  readonly store: Store
  readonly now: () => number
  /** Called in every transaction that writes for a channel. */
  readonly guard: ChannelGuard
}

export function createDeliveries({ store, now, guard }: DeliveriesOptions): Deliveries {
  const tables = () => store.reader<DeliveryTables>()

  const change = (
    { channel, event }: DueDelivery,
    values: Partial<DeliveryTables['deliveries']>
  ): Promise<unknown> =>
    store.transaction(async (transaction) => {
      await guard(transaction, channel)
      await transaction
        .tables<DeliveryTables>()
        .updateTable('deliveries')
        .set(values)
        .where('channel', '=', channel)
        .where('event', '=', event)
        .execute()
    })

  const setBegun = (deliveries: readonly DueDelivery[], begunAt: number | null): Promise<void> =>
    store.transaction(async (transaction) => {
      const [first] = deliveries
      if (!first) return
      await guard(transaction, first.channel)
      const db = transaction.tables<DeliveryTables>()
      const events = deliveries.map(({ event }) => event)
      await inChunks(events, (some) =>
        db
          .updateTable('deliveries')
          .set({ begunAt })
          .where('channel', '=', first.channel)
          .where('event', 'in', some)
          .execute()
      )
    })

  /** Deliveries with no earlier one due for the same sender and subject. */
  const firstOfLines = (channel: string) =>
    tables()
      .selectFrom('deliveries as d')
      .where('d.channel', '=', channel)
      .where('d.state', '=', 'due')
      .where(({ not, exists, selectFrom }) =>
        not(
          exists(
            selectFrom('deliveries as before')
              .select('before.event')
              .whereRef('before.channel', '=', 'd.channel')
              .whereRef('before.sender', '=', 'd.sender')
              .whereRef('before.subject', '=', 'd.subject')
              .whereRef('before.event', '<', 'd.event')
              .where('before.state', '=', 'due')
          )
        )
      )

  return {
    async position(channel) {
      const row = await tables()
        .selectFrom('deliveryChannels')
        .select('position')
        .where('channel', '=', channel)
        .executeTakeFirst()
      return row?.position ?? 0
    },

    async take(channel, entries) {
      const last = entries.at(-1)
      if (!last) return
      await store.transaction(async (transaction) => {
        await guard(transaction, channel)
        const db = transaction.tables<DeliveryTables>()
        await db
          .insertInto('deliveryChannels')
          .values({ channel, position: last.number })
          .onConflict((on) => on.column('channel').doUpdateSet({ position: last.number }))
          .execute()
        const rows = entries
          .filter(({ wanted }) => wanted)
          .map(({ event, sender, subject }) => ({ ...fresh, channel, event, sender, subject }))
        await inChunks(rows, (some) =>
          db
            .insertInto('deliveries')
            .values(some)
            .onConflict((on) => on.columns(['channel', 'event']).doNothing())
            .execute()
        )
      })
    },

    async due(channel, limit) {
      const rows = await firstOfLines(channel)
        .select(['d.channel', 'd.event', 'd.sender', 'd.subject', 'd.attempts', 'd.begunAt'])
        .where('d.dueAt', '<=', now())
        .orderBy('d.event')
        .limit(limit)
        .execute()
      return rows.map(({ begunAt, ...delivery }) => ({ ...delivery, mayHaveHappened: begunAt !== null }))
    },

    async nextDueAt(channel) {
      const row = await firstOfLines(channel)
        .select((e) => e.fn.min('d.dueAt').as('dueAt'))
        .executeTakeFirst()
      return row?.dueAt ?? undefined
    },

    begin: (deliveries) => setBegun(deliveries, now()),

    async untried(deliveries) {
      // An attempt from before a crash may still have had its effect.
      await setBegun(
        deliveries.filter(({ mayHaveHappened }) => !mayHaveHappened),
        null
      )
    },

    async done(delivery) {
      await change(delivery, { state: 'done', attempts: delivery.attempts + 1, doneAt: now(), begunAt: null })
    },

    async failed(delivery, step) {
      const attempts = delivery.attempts + 1
      await change(
        delivery,
        step.kind === 'dead'
          ? { state: 'dead', attempts, failure: step.reason, begunAt: null }
          : { dueAt: step.dueAt, attempts, failure: step.reason, begunAt: null }
      )
    },

    async ended(delivery) {
      await change(delivery, { state: 'ended', begunAt: null })
    },

    async defer(delivery, dueAt) {
      await change(delivery, { dueAt, begunAt: null })
    },

    async lastOf(channel, sender, subject) {
      const row = await tables()
        .selectFrom('deliveries')
        .select((e) => e.fn.max('event').as('event'))
        .where('channel', '=', channel)
        .where('sender', '=', sender)
        .where('subject', '=', subject)
        .executeTakeFirst()
      return row?.event ?? undefined
    }
  }
}

/**
 * Due at once, whatever the clock says: setting the clock right after a restart must not postpone
 * deliveries taken before.
 */
const fresh = { state: 'due' as const, dueAt: 0, attempts: 0, begunAt: null, failure: null, doneAt: null }
