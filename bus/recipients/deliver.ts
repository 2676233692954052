import type { StoreTransaction } from '#engines/store/store.ts'
import { isDelivered, knownOf, noAnswer, writeStatuses } from './status-rows.ts'
import type { NewStep } from './steps.ts'

/** Events that a system was given. */
export interface Delivery {
  readonly agency: string
  readonly system: string
  /** Archive numbers. */
  readonly events: readonly number[]
  /** When that was confirmed, in milliseconds since the epoch. */
  readonly at: number
}

/** As it is sent to the thread that writes, on one machine. */
export interface DeliverWork {
  readonly deliver: Delivery
}

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
    const row = { agency, system, event, at, state: 'delivered' as const, ...noAnswer }
    return { row, previous: known.get(event)?.step ?? null }
  })
  await writeStatuses(transaction, steps)
}

/** Those of the events that are not delivered, each once. */
export function undelivered(
  events: readonly number[],
  known: Awaited<ReturnType<typeof knownOf>>
): readonly number[] {
  return [...new Set(events)].filter((event) => !isDelivered(known.get(event)?.state))
}
