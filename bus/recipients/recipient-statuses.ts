import { inChunks } from '#engines/store/chunks.ts'
import type { Store, StoreTransaction, Tables } from '#engines/store/store.ts'
import { BusError } from '#protocol/errors/bus-error.ts'
import type { Archive } from '../archive/archive.ts'
import type { RecipientStatusTables } from './recipient-status-tables.ts'
import { type NewStep, writeSteps } from './steps.ts'

/** Where an event stands with one recipient. Absent rows are *pending*. */
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

/** An agency's answer to an event it was given. */
export interface Answer {
  readonly event: number
  readonly state: 'accepted' | 'rejected'
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
 * agency's systems answers first stands. Each step is written into an outbox
 * with the hash of the one before (`steps.ts`).
 */
export interface RecipientStatuses {
  /**
   * Marks events as handed over; those answered stay as they are. One that ended
   * while it was being handed over was handed over all the same.
   */
  markDelivered(who: { agency: string; system: string }, events: readonly number[]): Promise<void>
  /**
   * Records answers, all or none; the same answer again is no error. Rejects
   * with `BUS_STATE_CONFLICT` where the agency already answered otherwise.
   */
  answer(who: Answerer, answers: readonly Answer[]): Promise<void>
  /** Ends events that are still *pending*, and gives those. */
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
  /** States of one event, for every recipient that is beyond *pending*. */
  ofEvent(event: number): Promise<readonly RecipientStatus[]>
}

export interface RecipientStatusesOptions {
  readonly store: Store
  readonly archive: Pick<Archive, 'namesOf'>
  readonly now: () => number
}

export function createRecipientStatuses({
  store,
  archive,
  now
}: RecipientStatusesOptions): RecipientStatuses {
  /** Makes steps of one agency's hand-overs. */
  const move = async (transaction: StoreTransaction, steps: readonly NewStep[]): Promise<void> => {
    if (steps.length === 0) return
    const rows = await writeSteps(transaction, archive, steps)
    const db = transaction.tables<RecipientStatusTables>()
    await inChunks(rows, (some) =>
      db
        .insertInto('recipientStatuses')
        .values(some)
        .onConflict((on) =>
          on.columns(['agency', 'event']).doUpdateSet((e) => ({
            state: e.ref('excluded.state'),
            at: e.ref('excluded.at'),
            system: e.ref('excluded.system'),
            code: e.ref('excluded.code'),
            reason: e.ref('excluded.reason'),
            token: e.ref('excluded.token'),
            step: e.ref('excluded.step')
          }))
        )
        .execute()
    )
  }

  /** Those of an agency's hand-overs that are not with it yet. */
  const toDeliver = async (
    db: Tables<RecipientStatusTables>,
    who: { readonly agency: string; readonly system: string },
    events: readonly number[]
  ): Promise<readonly NewStep[]> => {
    const known = await knownOf(db, who.agency, events)
    return [...new Set(events)].flatMap((event) => {
      const before = known.get(event)
      if (before && before.state !== 'expired' && before.state !== 'recalled') return []
      return {
        row: { ...blank, ...who, event, state: 'delivered', at: now() },
        previous: before?.step ?? null
      }
    })
  }

  return {
    async markDelivered({ agency, system }, events) {
      const who = { agency, system }
      // A page is often confirmed again: then nothing is to be written.
      const steps = await toDeliver(store.reader(), who, events)
      if (steps.length === 0) return
      await store.transaction(async (transaction) =>
        move(transaction, await toDeliver(transaction.tables(), who, events))
      )
    },

    async answer(who, answers) {
      await store.transaction(async (transaction) => {
        const events = answers.map(({ event }) => event)
        const known = await knownOf(transaction.tables(), who.agency, events)
        const steps = new Map<number, NewStep>()
        for (const answer of answers) {
          const row = { ...blank, ...who, ...answer, at: now() }
          const before = steps.get(answer.event)?.row ?? known.get(answer.event)
          if (before === undefined || before.state === 'delivered') {
            steps.set(answer.event, { row, previous: known.get(answer.event)?.step ?? null })
          } else if (!isSameAnswer(before, row)) {
            throw new BusError('BUS_STATE_CONFLICT', 'already-answered', {
              values: { state: before.state, system: before.system }
            })
          }
        }
        await move(transaction, [...steps.values()])
      })
    },

    async end(transaction, step, events) {
      const known = await knownOf(transaction.tables(), step.agency, events)
      const ended = new Set(events.filter((event) => !known.has(event)))
      const at = now()
      await move(
        transaction,
        [...ended].map((event) => ({ row: { ...blank, ...step, event, at }, previous: null }))
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

    async ofEvent(event) {
      return store
        .reader<RecipientStatusTables>()
        .selectFrom('recipientStatuses')
        .select(['agency', 'event', 'state', 'at', 'system', 'code', 'reason'])
        .where('event', '=', event)
        .execute()
    }
  }
}

const blank = { code: null, reason: null, token: null }

async function knownOf(
  db: Tables<RecipientStatusTables>,
  agency: string,
  events: readonly number[]
): Promise<ReadonlyMap<number, RecipientStatusTables['recipientStatuses']>> {
  const rows = await inChunks(events, (some) =>
    db
      .selectFrom('recipientStatuses')
      .selectAll()
      .where('agency', '=', agency)
      .where('event', 'in', some)
      .execute()
  )
  return new Map(rows.map((row) => [row.event, row]))
}

type Answered = Pick<RecipientStatus, 'state' | 'code' | 'reason'>

function isSameAnswer(one: Answered, other: Answered): boolean {
  return one.state === other.state && one.code === other.code && one.reason === other.reason
}
