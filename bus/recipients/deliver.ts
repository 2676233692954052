import { inChunks } from '#engines/store/chunks.ts'
import type { StoreTransaction, Tables } from '#engines/store/store.ts'
import type { RecipientStatusTables } from './recipient-status-tables.ts'
import { type NewStep, writeSteps } from './steps.ts'

/** Events that a system was given. */
export interface Delivery {
  readonly agency: string
  readonly system: string
  /** Archive numbers. */
  readonly events: readonly number[]
  /** Milliseconds since the epoch. */
  readonly at: number
}

/** As it is sent to the thread that writes, on one machine. */
export interface DeliverWork {
  readonly deliver: Delivery
}

type Row = RecipientStatusTables['recipientStatuses']

/**
 * Marks events as delivered; answered ones stay as they are. An event that expired or was recalled while the page was on
 * its way becomes delivered all the same, since the recipient has it.
 */
export async function deliver(
  transaction: StoreTransaction,
  { agency, system, events, at }: Delivery
): Promise<void> {
  const known = await knownOf(transaction.tables(), agency, events)
  const steps = undelivered(events, known).map((event): NewStep => {
    const row = { ...{ agency, system, event, at }, state: 'delivered' as const, ...noAnswer }
    return { row, previous: known.get(event)?.step ?? null }
  })
  await writeStatuses(transaction, steps)
}

/** What the status of an event has that was not answered. */
export const noAnswer = { code: null, reason: null, token: null }

/** Those of the events that are not delivered, each once. */
export function undelivered(
  events: readonly number[],
  known: ReadonlyMap<number, Pick<Row, 'state'>>
): readonly number[] {
  return [...new Set(events)].filter((event) => !isDelivered(known.get(event)?.state))
}

export function isDelivered(state: Row['state'] | undefined): boolean {
  return state === 'delivered' || state === 'accepted' || state === 'rejected'
}

/** The statuses of events with an agency, where they are no longer *pending*. */
export async function knownOf(
  db: Tables<RecipientStatusTables>,
  agency: string,
  events: readonly number[]
): Promise<ReadonlyMap<number, Row>> {
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

/** Writes steps of any recipients. */
export async function writeStatuses(transaction: StoreTransaction, steps: readonly NewStep[]): Promise<void> {
  if (steps.length === 0) return
  const rows = await writeSteps(transaction, steps)
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
