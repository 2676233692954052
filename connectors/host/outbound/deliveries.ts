import { inChunks } from '#engines/store/chunks.ts'
import type { StoreTransaction, Tables } from '#engines/store/store.ts'
import { instantMs } from '#protocol/events/instant.ts'
import { longestWaitMs } from '../failures.ts'
import type { HostedInstance } from '../hosted-instance.ts'
import type { DeliveryTables } from './delivery-tables.ts'
import { type DueLine, dueLines, type Line, nextDueAt, refreshLines } from './lines.ts'
import { defaultScheduleMs } from './next-step.ts'
import type { OutboundOptions } from './outbound-options.ts'

export interface NamedDelivery extends Line {
  /** Archive number of the event. */
  readonly event: number
}

/** A delivery that may be attempted, or looked up if it is in doubt. */
export interface Delivery extends NamedDelivery {
  readonly hash: string
  readonly state: 'waiting' | 'in-doubt'
  /** Number of earlier attempts that count. */
  readonly attempts: number
  /** An attempt was begun before, and its result is unknown: the outside may have the event. */
  readonly mayHaveHappened: boolean
}

/** An entry of the inbox that the instance delivers. */
export interface TakenEntry extends NamedDelivery {
  readonly hash: string
  readonly type: string
  readonly urgency: number
  /** RFC 3339. */
  readonly recordedTime: string
}

/**
 * The deliveries of an instance. Within a line they keep their order: while one is open, those after it
 * wait. Every change is one transaction, which rejects if this process no longer owns the instance.
 */
export interface Deliveries {
  /** The instance's position in its inbox. */
  position(): Promise<number>
  /** Adds deliveries and moves the position. */
  take(entries: readonly TakenEntry[], position: number): Promise<void>
  /**
   * Called before the first attempt of a run. No attempt is running, so those that were begun have an
   * unknown result: unless they may be repeated, they are in doubt, and looked up if the kind can.
   */
  recover(): Promise<void>
  /** The heads of these lines. */
  headsOf(lines: readonly DueLine[]): Promise<readonly Delivery[]>
  /**
   * Writes that attempts begin. Returns the events of those that may: a person may have changed one meanwhile, and
   * where an attempt must not be repeated, one that is begun is not begun again.
   */
  begin(deliveries: readonly Delivery[]): Promise<ReadonlySet<number>>
  /** Changes some deliveries, and does what else belongs to it, in one transaction. */
  change(
    changes: readonly DeliveryChange[],
    also?: (transaction: StoreTransaction) => Promise<void>
  ): Promise<void>
  /** Some of the deliveries that hold their line, after an event. */
  held(after: number, limit: number): Promise<readonly NamedDelivery[]>
  /** When the next delivery is due, in milliseconds since the epoch. */
  nextDueAt(after: number): Promise<number | undefined>
  /** Lines that may be attempted now. */
  dueLines(now: number, limit: number): ReturnType<typeof dueLines>
}

export type DeliveryValues = Partial<DeliveryTables['deliveries']>

export interface DeliveryChange {
  readonly delivery: NamedDelivery
  readonly values: DeliveryValues
}

export function createDeliveries(
  instance: HostedInstance,
  { store, guard, steadyNow, scheduleMs = defaultScheduleMs, graceMs = 0 }: OutboundOptions
): Deliveries {
  const { name, system, agency, definition, restoredAt, now } = instance
  const { repeatable, lookUp } = definition.outbound ?? { repeatable: false }
  /** What was begun by a process that is gone is attempted again without asking. */
  const isRepeated = repeatable && !lookUp
  const reader = () => store.reader<DeliveryTables>()
  const guarded = <T>(work: (transaction: StoreTransaction) => Promise<T>): Promise<T> =>
    store.transaction(async (transaction) => {
      await guard(transaction, instance)
      return work(transaction)
    })

  /** In doubt, and to be looked up if the kind can. */
  const doubtful = { state: 'in-doubt' as const, dueAt: 0, begunAt: lookUp ? now() : null }
  /** It may have been delivered after the backup that was restored. */
  const mayHaveHappened = (recordedTime: string): boolean =>
    !repeatable && restoredAt !== null && instantMs(recordedTime) <= restoredAt

  /** A process whose clock was ahead when it started set times that nobody is to wait for. */
  const makeDueWhatWaitsTooLong = async (db: Tables<DeliveryTables>): Promise<void> => {
    const late = await db
      .selectFrom('deliveryLines')
      .select(['sender', 'subject', 'head'])
      .where('instance', '=', name)
      .where('dueAt', '>', steadyNow() + Math.max(longestWaitMs, ...scheduleMs))
      .execute()
    const heads = late.map(({ head }) => head)
    await inChunks(heads, (some) =>
      db
        .updateTable('deliveries')
        .set({ dueAt: 0 })
        .where('instance', '=', name)
        .where('event', 'in', some)
        .execute()
    )
    await refreshLines(db, name, late)
  }

  return {
    async position() {
      const row = await reader()
        .selectFrom('deliveryInstances')
        .select('position')
        .where('instance', '=', name)
        .executeTakeFirst()
      return row?.position ?? 0
    },

    take: (entries, position) =>
      guarded(async (transaction) => {
        const db = transaction.tables<DeliveryTables>()
        await db
          .insertInto('deliveryInstances')
          .values({ instance: name, system, agency, position, restoredAt })
          .onConflict((on) => on.column('instance').doUpdateSet({ system, agency, position }))
          .execute()
        const rows = entries.map(({ recordedTime, ...entry }) => ({
          ...fresh,
          ...entry,
          instance: name,
          recipient: agency,
          recordedAt: instantMs(recordedTime),
          ...(mayHaveHappened(recordedTime) ? doubtful : {})
        }))
        await inChunks(rows, (some) =>
          db
            .insertInto('deliveries')
            .values(some)
            .onConflict((on) => on.columns(['instance', 'event']).doNothing())
            .execute()
        )
        await refreshLines(db, name, rows)
      }),

    recover: () =>
      guarded(async (transaction) => {
        const db = transaction.tables<DeliveryTables>()
        await makeDueWhatWaitsTooLong(db)
        if (isRepeated) return // They are attempted again, as they are.
        const own = await db
          .selectFrom('deliveryInstances')
          .select('restoredAt')
          .where('instance', '=', name)
          .executeTakeFirst()
        const isRestored = !repeatable && own !== undefined && own.restoredAt !== restoredAt
        const unknown = db
          .selectFrom('deliveries')
          .select(['event', 'sender', 'subject'])
          .where('instance', '=', name)
          .where('state', '=', 'waiting')
        const found = await (isRestored ? unknown : unknown.where('begunAt', 'is not', null)).execute()
        const events = found.map(({ event }) => event)
        await inChunks(events, (some) =>
          db
            .updateTable('deliveries')
            .set(graceMs > 0 ? { ...doubtful, dueAt: steadyNow() + graceMs } : doubtful)
            .where('instance', '=', name)
            .where('event', 'in', some)
            .execute()
        )
        await refreshLines(db, name, found)
        if (!isRestored) return
        await db.updateTable('deliveryInstances').set({ restoredAt }).where('instance', '=', name).execute()
      }),

    async headsOf(lines) {
      const rows = await inChunks(
        lines.map(({ head }) => head),
        (some) =>
          reader()
            .selectFrom('deliveries')
            .select(['event', 'hash', 'sender', 'subject', 'state', 'attempts', 'begunAt'])
            .where('instance', '=', name)
            .where('event', 'in', some)
            .execute()
      )
      const byEvent = new Map(rows.map((row) => [row.event, row]))
      return lines.flatMap(({ head }) => {
        const row = byEvent.get(head)
        if (!row) return []
        const { begunAt, state, ...rest } = row
        const isOpen = state === 'waiting' || state === 'in-doubt'
        return isOpen ? [{ ...rest, state, mayHaveHappened: begunAt !== null }] : []
      })
    },

    async begin(deliveries) {
      const begun = new Set(deliveries.flatMap(({ state, event }) => (state === 'in-doubt' ? [event] : [])))
      const waiting = deliveries.flatMap(({ state, event }) => (state === 'waiting' ? [event] : []))
      if (waiting.length === 0) return begun
      const begunAt = now()
      const rows = await guarded((transaction) =>
        inChunks(waiting, (some) => {
          const changed = transaction
            .tables<DeliveryTables>()
            .updateTable('deliveries')
            .set({ begunAt })
            .where('instance', '=', name)
            .where('event', 'in', some)
            .where('state', '=', 'waiting')
          const own = isRepeated ? changed : changed.where('begunAt', 'is', null)
          return own.returning('event').execute()
        })
      )
      return begun.union(new Set(rows.map(({ event }) => event)))
    },

    change: (changes, also) =>
      guarded(async (transaction) => {
        const db = transaction.tables<DeliveryTables>()
        for (const [values, events] of byValues(changes)) {
          await inChunks(events, (some) =>
            db
              .updateTable('deliveries')
              .set(values)
              .where('instance', '=', name)
              .where('event', 'in', some)
              .where((e) => e('open', '=', e.lit(1))) // A person or a report may have ended it meanwhile.
              .execute()
          )
        }
        await also?.(transaction)
        await refreshLines(
          db,
          name,
          changes.map(({ delivery }) => delivery)
        )
      }),

    held: (after, limit) =>
      reader()
        .selectFrom('deliveryLines')
        .select(['sender', 'subject', 'head as event'])
        .where('instance', '=', name)
        .where('dueAt', 'is', null)
        .where('head', '>', after)
        .orderBy('head')
        .limit(limit)
        .execute(),

    nextDueAt: (after) => nextDueAt(reader(), name, after),
    dueLines: (now, limit) => dueLines(reader(), name, { now, limit })
  }
}

/** The events to which the same happens: most deliveries end alike. */
function byValues(
  changes: readonly DeliveryChange[]
): readonly (readonly [DeliveryValues, readonly number[]])[] {
  const groups = Map.groupBy(changes, ({ values }) => JSON.stringify(values))
  return Array.from(groups, ([values, alike]) => [
    JSON.parse(values) as DeliveryValues,
    alike.map(({ delivery }) => delivery.event)
  ])
}

/**
 * Due at once, whatever the clock says: setting the clock right after a restart must not postpone
 * deliveries taken before.
 */
const fresh = {
  state: 'waiting' as const,
  open: 1,
  dueAt: 0,
  attempts: 0,
  begunAt: null,
  failure: null,
  failureText: null,
  failedAt: null,
  endedAt: null
}
