import { inChunks } from '#engines/store/chunks.ts'
import type { Store, StoreTransaction, Tables } from '#engines/store/store.ts'
import { BusError } from '#protocol/errors/bus-error.ts'
import { namesOf } from '../archive/archive.ts'
import { type Delivery, deliver, undelivered } from './deliver.ts'
import { forPairs, type RecipientPair } from './recipient-pairs.ts'
import type { RecipientStatusTables } from './recipient-status-tables.ts'
import { isDelivered, knownOf, noAnswer, writeStatuses } from './status-rows.ts'
import type { NewStep } from './steps.ts'

/** The delivery status of an event with one recipient. Without a row it is *pending*. */
export type DeliveryStatus = 'pending' | 'delivered' | 'accepted' | 'rejected' | 'expired' | 'recalled'

export interface RecipientStatus {
  readonly agency: string
  readonly event: number
  readonly state: DeliveryStatus
  readonly at: number
  readonly system: string
  readonly code: string | null
  readonly reason: string | null
}

/** An agency's answer to an event that it received. */
export interface Answer {
  readonly event: number
  readonly state: 'accepted' | 'rejected'
  readonly code?: string
  readonly reason?: string
}

export interface Answerer {
  readonly agency: string
  readonly system: string
  /** The token of the answer; null if a connector gave it. */
  readonly token: string | null
}

/**
 * The state machine of each (event, recipient): pending → delivered → accepted | rejected, or pending →
 * expired | recalled. The first answer by any of an agency's systems is final. Each step is also written to
 * an outbox with the hash of the step before (`steps.ts`).
 */
export interface RecipientStatuses {
  /**
   * Marks events as delivered (`deliver`). Given a transaction, it writes in that.
   */
  markDelivered(
    who: { agency: string; system: string },
    events: readonly number[],
    transaction?: StoreTransaction
  ): Promise<void>
  /**
   * Records all answers or none. The same answer again is no error. Rejects with `BUS_STATE_CONFLICT` if
   * the agency has given another answer.
   */
  answer(who: Answerer, answers: readonly Answer[]): Promise<void>
  /** Ends those that are *pending* as expired or recalled, for any recipients, and returns them. */
  end(
    transaction: StoreTransaction,
    step: { readonly system: string; readonly state: 'expired' | 'recalled' },
    pairs: readonly RecipientPair[]
  ): Promise<readonly RecipientPair[]>
  /** Which of these events are no longer *pending* for an agency. */
  given(
    agency: string,
    events: readonly number[],
    transaction?: StoreTransaction
  ): Promise<ReadonlySet<number>>
  /** Which of these events have been delivered to the agency, whatever it answered. */
  delivered(agency: string, events: readonly number[]): Promise<ReadonlySet<number>>
  /** The status of one event with every recipient for which it is no longer *pending*. */
  ofEvent(event: number): Promise<readonly RecipientStatus[]>
  /** The same of several events. */
  ofEvents(events: readonly number[]): Promise<readonly RecipientStatus[]>
}

export interface RecipientStatusesOptions {
  readonly store: Store
  /** Has the thread that writes run `deliver`, on one machine. */
  readonly deliverInWriter?: (delivery: Delivery) => Promise<void>
  /** Told of each system that was given events. */
  readonly onGiven?: (system: string) => void
  readonly now: () => number
}

export function createRecipientStatuses({
  store,
  onGiven,
  now,
  deliverInWriter = (delivery) => store.transaction((transaction) => deliver(transaction, delivery))
}: RecipientStatusesOptions): RecipientStatuses {
  return {
    async markDelivered({ agency, system }, events, outer) {
      onGiven?.(system)
      const delivery = { agency, system, events, at: now() }
      if (outer) return deliver(outer, delivery)
      // The same page is often confirmed again: then there is nothing to write.
      const known = await knownOf(store.reader(), agency, events)
      if (undelivered(events, known).length > 0) await deliverInWriter(delivery)
    },

    async answer(who, answers) {
      await store.transaction(async (transaction) => {
        const events = answers.map(({ event }) => event)
        const known = await knownOf(transaction.tables(), who.agency, events)
        const steps = new Map<number, NewStep>()
        for (const answer of answers) {
          const row = { ...noAnswer, ...who, ...answer, at: now() }
          const before = steps.get(answer.event)?.row ?? known.get(answer.event)
          if (before === undefined || before.state === 'delivered') {
            steps.set(answer.event, { row, previous: known.get(answer.event)?.step ?? null })
          } else if (!isSameAnswer(before, row)) {
            const name = (await namesOf(transaction.tables(), [answer.event])).get(answer.event)
            throw new BusError('BUS_STATE_CONFLICT', 'already-answered', {
              values: { state: before.state, system: before.system, event: name?.hash ?? '' }
            })
          }
        }
        await writeStatuses(transaction, [...steps.values()])
      })
    },

    async end(transaction, step, pairs) {
      const db = transaction.tables<RecipientStatusTables>()
      const statuses = db.selectFrom('recipientStatuses').select(['agency', 'event'])
      const known = await forPairs(pairs, {
        ofAgency: (agency, some) =>
          statuses.where('agency', '=', agency).where('event', 'in', some).execute(),
        ofEvent: (event, some) => statuses.where('event', '=', event).where('agency', 'in', some).execute()
      })
      const beyond = new Set(known.map(nameOf))
      const ended = pairs.filter((pair) => !beyond.has(nameOf(pair)) && beyond.add(nameOf(pair)))
      const at = now()
      await writeStatuses(
        transaction,
        ended.map(({ agency, event }) => ({
          row: { ...noAnswer, ...step, agency, event, at },
          previous: null
        }))
      )
      return ended
    },

    async given(agency, events, transaction) {
      const db = transaction?.tables<RecipientStatusTables>() ?? store.reader<RecipientStatusTables>()
      const rows = await inChunks(events, (some) =>
        db
          .selectFrom('recipientStatuses')
          .select('event')
          .where('agency', '=', agency)
          .where('event', 'in', some)
          .execute()
      )
      return new Set(rows.map(({ event }) => event))
    },

    async delivered(agency, events) {
      const known = await knownOf(store.reader(), agency, events)
      return new Set(events.filter((event) => isDelivered(known.get(event)?.state)))
    },

    ofEvent: (event) => statusesOf(store.reader(), [event]),
    ofEvents: (events) => statusesOf(store.reader(), events)
  }
}

async function statusesOf(
  db: Tables<RecipientStatusTables>,
  events: readonly number[]
): Promise<readonly RecipientStatus[]> {
  return inChunks(events, (some) =>
    db
      .selectFrom('recipientStatuses')
      .select(['agency', 'event', 'state', 'at', 'system', 'code', 'reason'])
      .where('event', 'in', some)
      .execute()
  )
}

function nameOf({ agency, event }: RecipientPair): string {
  return `${event} ${agency}`
}

type Answered = Pick<RecipientStatus, 'state' | 'code' | 'reason'>

function isSameAnswer(one: Answered, other: Answered): boolean {
  return one.state === other.state && one.code === other.code && one.reason === other.reason
}
