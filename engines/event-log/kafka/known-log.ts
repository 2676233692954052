import { BusError } from '#protocol/errors/bus-error.ts'
import type { Store, StoreTransaction } from '../../store/store.ts'
import type { ReservationTables } from './reservation-tables.ts'

/** The table has at most one row. */
const only = 1

/** Asks a database for the id of its log without opening it as a store. */
export const knownLogQuery = 'SELECT id FROM "logIdentity"'

/** Compares a log with the one recorded in the store. The first log opened with a store is recorded. */
export async function confirmLog(store: Store, id: string): Promise<void> {
  await store.transaction((transaction) => recordLog(transaction, id), { lane: 'log-ids' })
}

/** The same in a transaction. Throws `BUS_LOG_UNAVAILABLE` if the store belongs to another log. */
export async function recordLog(transaction: StoreTransaction, id: string): Promise<void> {
  const db = transaction.tables<ReservationTables>()
  await db
    .insertInto('logIdentity')
    .values({ number: only, id })
    .onConflict((on) => on.column('number').doNothing())
    .execute()
  const known = await db.selectFrom('logIdentity').select('id').executeTakeFirstOrThrow()
  if (known.id !== id) throw anotherLog(known.id, id)
}

export function anotherLog(known: string, found: string): BusError {
  return new BusError('BUS_LOG_UNAVAILABLE', 'log-is-another', { values: { known, found } })
}

/** Whether the error says that this is another log, and not that the brokers cannot be asked. */
export function isOtherLog(error: unknown): error is BusError {
  return error instanceof BusError && others.includes(error.fault)
}

const others: readonly BusError['fault'][] = ['log-is-another', 'log-not-begun', 'log-begins-otherwise']
