import type { Store } from '#engines/store/store.ts'
import { reachFailpoint } from '#engines/telemetry/failpoints.ts'
import type { Logger } from '#engines/telemetry/logger.ts'
import type { EventRecord } from '#protocol/events/record.ts'
import { pause } from '#protocol/timing/retry.ts'
import type { RecipientStatusTables } from './recipient-status-tables.ts'
import { toStepsRecord } from './steps.ts'

export interface RelayStepsOptions {
  readonly store: Store
  readonly topic: string
  /** Resolves when the records are durable in the log or were stored already. */
  readonly append: (records: readonly EventRecord[]) => Promise<unknown>
  /** How long to wait for more after some were found, in milliseconds. */
  readonly lookAgainMs?: number
  readonly logger: Logger
}

const rowsAtOnce = 100
const lookMs = 500
const retryMs = 1000

/**
 * Copies steps from the outbox to the log, in order and at least once, until it is closed. The log stores a
 * repeated one once. Run it in one process at a time; otherwise an agency's steps may get out of order.
 */
export function relaySteps({ store, topic, append, lookAgainMs = lookMs, logger }: RelayStepsOptions): {
  close(): Promise<void>
} {
  const closing = new AbortController()

  /** Returns how long to wait for more, in milliseconds. */
  const relaySome = async (): Promise<number> => {
    const rows = await store
      .reader<RecipientStatusTables>()
      .selectFrom('recipientSteps')
      .selectAll()
      .orderBy('number')
      .limit(rowsAtOnce)
      .execute()
    const last = rows.at(-1)
    if (!last) return lookMs
    await append(rows.map((row) => toStepsRecord(topic, row)))
    reachFailpoint('delivery.steps-appended')
    await store.transaction(
      (transaction) =>
        transaction
          .tables<RecipientStatusTables>()
          .deleteFrom('recipientSteps')
          .where('number', '<=', last.number)
          .execute(),
      { usesReserve: true }
    )
    return rows.length === rowsAtOnce ? 0 : lookAgainMs
  }

  const relay = async (): Promise<void> => {
    while (!closing.signal.aborted) {
      const waitMs = await relaySome().catch((error: unknown) => {
        logger.warn(
          { err: error },
          'delivery status changes not yet written to the event log; retrying in 1 s'
        )
        return retryMs
      })
      if (waitMs > 0) await pause(waitMs, closing)
    }
  }
  const relaying = relay()

  return {
    async close() {
      closing.abort()
      await relaying
    }
  }
}
