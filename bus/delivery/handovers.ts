import { BusError } from '../errors/bus-error.ts'
import type { Store, StoreTransaction } from '../store/store.ts'
import type { HandoverTables } from './handover-tables.ts'

/** Where an event stands with one recipient. Absent rows are *available*. */
export type HandoverState = 'available' | 'handedOver' | 'accepted' | 'refused' | 'expired' | 'recalled'

export interface Handover {
  readonly agency: string
  readonly event: number
  readonly state: HandoverState
  readonly at: number
  readonly system: string
  readonly code: string | null
  readonly reason: string | null
}

/** An agency's answer to an event it was given. */
export interface Answer {
  readonly event: number
  readonly state: 'accepted' | 'refused'
  readonly code?: string
  readonly reason?: string
}

export interface Answerer {
  readonly agency: string
  readonly system: string
  /** The token the answer came with; null where a connector answered on record. */
  readonly token: string | null
}

/**
 * The state machine of each (event, recipient): available → handed over →
 * accepted | refused, or available → expired | recalled. What any of an
 * agency's systems answers first stands.
 */
export interface Handovers {
  /**
   * Marks events as handed over; those answered stay as they are. One that ended
   * while it was being handed over was handed over all the same.
   */
  handedOver(who: { agency: string; system: string }, events: readonly number[]): Promise<void>
  /**
   * Records answers, all or none; the same answer again is no error. Rejects
   * with `BUS_STATE_CONFLICT` where the agency already answered otherwise.
   */
  answer(who: Answerer, answers: readonly Answer[]): Promise<void>
  /** Ends events that are still *available*, and gives those. */
  end(
    transaction: StoreTransaction,
    step: { readonly agency: string; readonly system: string; readonly state: 'expired' | 'recalled' },
    events: readonly number[]
  ): Promise<ReadonlySet<number>>
  /** Which of these events an agency has been handed or has answered, or will not be. */
  given(
    agency: string,
    events: readonly number[],
    transaction?: StoreTransaction
  ): Promise<ReadonlySet<number>>
  /** States of one event, for every recipient that is beyond *available*. */
  ofEvent(event: number): Promise<readonly Handover[]>
}

export function createHandovers(store: Store, now: () => number): Handovers {
  const mark = (
    transaction: StoreTransaction,
    who: { agency: string; system: string },
    events: readonly number[]
  ): Promise<unknown> =>
    transaction
      .tables<HandoverTables>()
      .insertInto('handovers')
      .values(
        [...new Set(events)].map((event) => ({ ...blank, ...who, event, state: 'handedOver', at: now() }))
      )
      .onConflict((on) =>
        on
          .columns(['agency', 'event'])
          .doUpdateSet({ state: 'handedOver', at: now(), system: who.system })
          .where('handovers.state', 'in', ['expired', 'recalled'])
      )
      .execute()

  return {
    async handedOver({ agency, system }, events) {
      if (events.length === 0) return
      await store.transaction((transaction) => mark(transaction, { agency, system }, events))
    },

    async answer(who, answers) {
      await store.transaction(async (transaction) => {
        for (const answer of answers) await take(transaction, who, answer, now())
      })
    },

    async end(transaction, step, events) {
      if (events.length === 0) return new Set()
      const rows = await transaction
        .tables<HandoverTables>()
        .insertInto('handovers')
        .values(events.map((event) => ({ ...blank, ...step, event, at: now() })))
        .onConflict((on) => on.columns(['agency', 'event']).doNothing())
        .returning('event')
        .execute()
      return new Set(rows.map(({ event }) => event))
    },

    async given(agency, events, transaction) {
      if (events.length === 0) return new Set()
      const rows = await (transaction?.tables<HandoverTables>() ?? store.reader<HandoverTables>())
        .selectFrom('handovers')
        .select('event')
        .where('agency', '=', agency)
        .where('event', 'in', [...events])
        .execute()
      return new Set(rows.map(({ event }) => event))
    },

    async ofEvent(event) {
      return store
        .reader<HandoverTables>()
        .selectFrom('handovers')
        .select(['agency', 'event', 'state', 'at', 'system', 'code', 'reason'])
        .where('event', '=', event)
        .execute()
    }
  }
}

const blank = { code: null, reason: null, token: null }

async function take(transaction: StoreTransaction, who: Answerer, answer: Answer, at: number): Promise<void> {
  const db = transaction.tables<HandoverTables>()
  const row = {
    ...who,
    event: answer.event,
    state: answer.state,
    at,
    code: answer.code ?? null,
    reason: answer.reason ?? null
  }
  const known = await db
    .selectFrom('handovers')
    .select(['state', 'code', 'reason', 'system'])
    .where('agency', '=', who.agency)
    .where('event', '=', answer.event)
    .executeTakeFirst()
  if (known === undefined) await db.insertInto('handovers').values(row).execute()
  else if (known.state === 'handedOver') {
    await db
      .updateTable('handovers')
      .set(row)
      .where('agency', '=', who.agency)
      .where('event', '=', answer.event)
      .execute()
  } else if (known.state !== answer.state || known.code !== row.code || known.reason !== row.reason) {
    throw new BusError('BUS_STATE_CONFLICT', 'already-answered', {
      values: { state: known.state, system: known.system }
    })
  }
}
