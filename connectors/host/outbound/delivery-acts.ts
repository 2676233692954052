import type { RecipientStatuses } from '#bus/recipients/recipient-statuses.ts'
import type { Signals } from '#engines/signals/signals.ts'
import type { Store, StoreTransaction } from '#engines/store/store.ts'
import { BusError } from '#protocol/errors/bus-error.ts'
import type { Person } from '#protocol/trust/person.ts'
import { personColumns } from '../acting-person.ts'
import type { DeliveryValues } from './deliveries.ts'
import type { DeliveryTables } from './delivery-tables.ts'
import { refreshLines } from './lines.ts'
import { deliveriesChanged } from './outbound-options.ts'
import { type DeliveryFilter, filtered } from './read-deliveries.ts'
import { settledValues } from './settle.ts'

/**
 * What a person may do to deliveries. `release`: a dead one is tried again, its attempts counted anew. `retry`:
 * one that waits for its time is tried now. `skip`: an open one is given up. `settle`: one in doubt was done,
 * or was not and is tried again.
 */
export type DeliveryAct =
  | { readonly act: 'release' | 'retry'; readonly reason?: string }
  | { readonly act: 'skip'; readonly reason: string }
  | { readonly act: 'settle'; readonly as: 'done' | 'not-done'; readonly reason?: string }

/** The system that acts, or a person in its name, and the token bound to the body that says so. */
export interface DeliveryActor {
  readonly agency: string
  readonly system: string
  readonly operator: boolean
  readonly token: string
  readonly person?: Person
}

export interface DeliveryName {
  readonly connector: string
  /** The event's hash. */
  readonly event: string
}

/** People act on deliveries: operators on all, an agency on those to itself. Every act is recorded with its token. */
export interface DeliveryActs {
  /**
   * Acts on all of these, or on none. Throws `BUS_NOT_FOUND` for one that does not exist, and
   * `BUS_ACT_CONFLICT` for one that is not in the state for it.
   */
  perform(actor: DeliveryActor, act: DeliveryAct, names: readonly DeliveryName[]): Promise<number>
  /** How many deliveries the act would apply to. */
  count(actor: DeliveryActor, act: DeliveryAct, filter: DeliveryFilter): Promise<number>
  /**
   * Acts on all that a filter names, in slices. `expected` is what `count` returned: if there are more or fewer
   * now, throws `BUS_ACT_CONFLICT` and does nothing. Returns the number acted on.
   */
  performAll(
    actor: DeliveryActor,
    act: DeliveryAct,
    filter: DeliveryFilter & { readonly expected: number }
  ): Promise<number>
}

export interface DeliveryActsOptions {
  readonly store: Store
  readonly signals: Signals
  readonly recipientStatuses: Pick<RecipientStatuses, 'markDelivered'>
  readonly now: () => number
}

type Row = DeliveryTables['deliveries']

const actedAtOnce = 200

export function createDeliveryActs({
  store,
  signals,
  recipientStatuses,
  now
}: DeliveryActsOptions): DeliveryActs {
  const actOn = async (
    transaction: StoreTransaction,
    { actor, act }: { readonly actor: DeliveryActor; readonly act: DeliveryAct },
    rows: readonly Row[]
  ): Promise<void> => {
    const db = transaction.tables<DeliveryTables>()
    const at = now()
    for (const row of rows) {
      await db
        .updateTable('deliveries')
        .set(valuesFor(act, at))
        .where('instance', '=', row.instance)
        .where('event', '=', row.event)
        .execute()
    }
    for (const [instance, own] of Map.groupBy(rows, (row) => row.instance)) {
      await refreshLines(db, instance, own)
      if (act.act === 'settle' && act.as === 'done') await markDelivered(transaction, instance, own)
    }
    const acts = rows.map(({ instance, event }) => ({
      instance,
      event,
      act: act.act === 'settle' ? `settle as ${act.as}` : act.act,
      reason: act.reason ?? null,
      system: actor.system,
      token: actor.token,
      ...personColumns(actor.person),
      at
    }))
    await db
      .insertInto('deliveryActs')
      .values(acts as DeliveryTables['deliveryActs'][]) // The store numbers them.
      .execute()
  }

  const markDelivered = async (
    transaction: StoreTransaction,
    instance: string,
    rows: readonly Row[]
  ): Promise<void> => {
    const { system, agency } = await transaction
      .tables<DeliveryTables>()
      .selectFrom('deliveryInstances')
      .select(['system', 'agency'])
      .where('instance', '=', instance)
      .executeTakeFirstOrThrow()
    await recipientStatuses.markDelivered(
      { system, agency },
      rows.map(({ event }) => event),
      transaction
    )
  }

  const wake = (instances: Iterable<string>): void =>
    signals.notify([...new Set(instances)].map(deliveriesChanged))

  /** Those that the act applies to now. */
  const applicable = (db: ReturnType<typeof filtered>, { act }: DeliveryAct) => {
    const free = db
      .where((e) => e('open', '=', e.lit(1)))
      .where((e) => e.or([e('begunAt', 'is', null), e('state', '=', 'in-doubt')]))
    if (act === 'release') return free.where('state', '=', 'dead')
    if (act === 'retry') return free.where('state', '=', 'waiting')
    return act === 'settle' ? free.where('state', '=', 'in-doubt') : free
  }

  const count = async (actor: DeliveryActor, act: DeliveryAct, filter: DeliveryFilter): Promise<number> => {
    const rows = applicable(filtered(store.reader(), ownOf(actor, filter)), act)
    const { count } = await rows
      .clearSelect()
      .select((e) => e.fn.countAll().as('count'))
      .executeTakeFirstOrThrow()
    return Number(count)
  }

  return {
    count,

    async perform(actor, act, names) {
      await store.transaction(async (transaction) => {
        const rows: Row[] = []
        for (const { connector, event } of names) {
          const row = await transaction
            .tables<DeliveryTables>()
            .selectFrom('deliveries')
            .selectAll()
            .where('hash', '=', event)
            .where('instance', '=', connector)
            .executeTakeFirst()
          if (!row || !mayActOn(actor, row)) throw new BusError('BUS_NOT_FOUND', 'not-found')
          checkState(act, row)
          rows.push(row)
        }
        await actOn(transaction, { actor, act }, rows)
      })
      wake(names.map(({ connector }) => connector))
      return names.length
    },

    async performAll(actor, act, { expected, ...filter }) {
      const found = await count(actor, act, filter)
      if (found !== expected) {
        throw new BusError('BUS_ACT_CONFLICT', 'deliveries-changed', { values: { expected, found } })
      }
      const own = ownOf(actor, filter)
      let done = 0
      for (let after = { event: -1, instance: '' }; ; ) {
        const rows = await store.transaction(async (transaction) => {
          const some = await applicable(filtered(transaction.tables(), own), act)
            .where((e) => {
              const later = e.and([e('event', '=', after.event), e('instance', '>', after.instance)])
              return e.or([e('event', '>', after.event), later])
            })
            .orderBy('event')
            .orderBy('instance')
            .limit(actedAtOnce)
            .execute()
          if (some.length > 0) await actOn(transaction, { actor, act }, some)
          return some
        })
        wake(rows.map(({ instance }) => instance))
        done += rows.length
        const last = rows.at(-1)
        if (!last || rows.length < actedAtOnce) return done
        after = last
      }
    }
  }
}

/** An agency acts on what is delivered to itself. */
function ownOf({ operator, agency }: DeliveryActor, filter: DeliveryFilter): DeliveryFilter {
  if (operator || filter.recipient === agency) return filter
  if (filter.recipient === undefined) return { ...filter, recipient: agency }
  throw new BusError('BUS_NOT_PERMITTED', 'delivery-of-other', { values: { agency: filter.recipient } })
}

function mayActOn({ operator, agency }: DeliveryActor, { recipient }: Row): boolean {
  return operator || recipient === agency
}

const statesFor = {
  release: ['dead'],
  retry: ['waiting'],
  skip: ['waiting', 'dead', 'in-doubt'],
  settle: ['in-doubt']
} as const satisfies Readonly<Record<DeliveryAct['act'], readonly Row['state'][]>>

function checkState({ act }: DeliveryAct, { instance, hash, state, begunAt }: Row): void {
  const states: readonly string[] = statesFor[act]
  const values = { connector: instance, event: hash, state, act, states: states.join(', ') }
  if (!states.includes(state)) throw new BusError('BUS_ACT_CONFLICT', 'delivery-state', { values })
  if (state === 'waiting' && begunAt !== null) {
    throw new BusError('BUS_ACT_CONFLICT', 'delivery-running', { values })
  }
}

function valuesFor(act: DeliveryAct, at: number): DeliveryValues {
  switch (act.act) {
    case 'release':
      return { state: 'waiting', attempts: 0, dueAt: 0 }
    case 'retry':
      return { dueAt: 0 }
    case 'skip':
      return { state: 'skipped', open: 0, begunAt: null, endedAt: at }
    case 'settle':
      return settledValues(act.as, at)
  }
}
