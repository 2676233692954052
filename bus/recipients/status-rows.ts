import { inChunks } from '#engines/store/chunks.ts'
import type { StoreTransaction, Tables } from '#engines/store/store.ts'
import type { RecipientStatusTables } from './recipient-status-tables.ts'
import { type NewStep, writeSteps } from './steps.ts'

type Row = RecipientStatusTables['recipientStatuses']

/** The answer's columns of a status without an answer. */
export const noAnswer = { code: null, reason: null, token: null }

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
