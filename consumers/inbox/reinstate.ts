import type { Control } from '#bus/control/control.ts'
import type { RecipientStatuses } from '#bus/recipients/recipient-statuses.ts'
import type { Signals } from '#engines/signals/signals.ts'
import { inChunks } from '#engines/store/chunks.ts'
import type { Store, StoreTransaction } from '#engines/store/store.ts'
import type { Logger } from '#engines/telemetry/logger.ts'
import { retry } from '#protocol/timing/retry.ts'
import { beginEntering } from './enter.ts'
import type { InboxTables } from './inbox-tables.ts'
import { newsOf } from './news.ts'

export interface ReinstateOptions {
  readonly store: Store
  readonly recipientStatuses: RecipientStatuses
  readonly control: Pick<Control, 'state'>
  readonly signals: Signals
}

export interface WatchOptions {
  readonly control: Pick<Control, 'state' | 'onAct'>
  readonly logger: Logger
}

const atOnce = 500
const retryMs = 1000

/** Reinstates withheld entries after each resumption of an agreement; retries until the store has them. */
export function watchResumptions(options: ReinstateOptions & WatchOptions): void {
  const { control, logger } = options
  const reinstate = (agreement: string): void => {
    const waitMs = (error: unknown): number => {
      logger.error(
        { err: error, agreement },
        'agreement resumed, but its withheld inbox entries are not reinstated yet; retrying in 1 s'
      )
      return retryMs
    }
    void retry(() => reinstateResumed(options, agreement), { waitMs, unref: true }) // What is missing when the bus stops is done at its next start.
  }
  control.onAct(({ act, resource }) => {
    if (act === 'agreement.resumed') reinstate(resource)
  })
}

/**
 * Moves entries that were withheld while an agreement (or any) was suspended to the end of the inbox, since
 * a reader whose cursor has passed them would never see them. Entries delivered before stay where they are.
 * Called at the start, and for one agreement in the act that resumes it. One transaction does all of it, so
 * that no event sent later comes before them. What was done before a crash is not done again.
 */
export async function reinstateResumed(options: ReinstateOptions, agreement?: string): Promise<void> {
  for (const { id, suspensions } of options.control.state.agreements.values()) {
    const resumed = Math.max(0, ...suspensions.map(({ to }) => to ?? 0))
    if (resumed === 0 || (agreement !== undefined && agreement !== id)) continue
    const reinstate = async (transaction: StoreTransaction) => {
      const all = new Set<string>()
      for (;;) {
        const some = await reinstateSome(transaction, options.recipientStatuses, { agreement: id, resumed })
        if (some.size === 0) return all
        for (const name of some) all.add(name)
      }
    }
    // It takes away what it enters again.
    options.signals.notify(await options.store.transaction(reinstate, { usesReserve: true }))
  }
}

/** Returns what is to be signalled; nothing if no entries are left. */
async function reinstateSome(
  transaction: StoreTransaction,
  recipientStatuses: RecipientStatuses,
  { agreement, resumed }: { readonly agreement: string; readonly resumed: number }
): Promise<ReadonlySet<string>> {
  const db = transaction.tables<InboxTables>()
  const rows = await db
    .selectFrom('inboxEntries')
    .selectAll()
    .where('agreement', '=', agreement)
    .where('act', '<', resumed)
    .orderBy('number')
    .limit(atOnce)
    .execute()
  const [first] = rows
  if (!first) return new Set()
  const given = await recipientStatuses.given(
    first.agency,
    rows.map(({ event }) => event),
    transaction
  )
  const numbers = rows.map(({ number }) => number)
  await inChunks(numbers, (some) =>
    db
      .updateTable('inboxEntries')
      .set({ act: resumed })
      .where('agency', '=', first.agency)
      .where('number', 'in', some)
      .execute()
  )
  const withheld = rows.filter(({ event }) => !given.has(event))
  if (withheld.length === 0) return newsOf(rows)
  await inChunks(
    withheld.map(({ number }) => number),
    (some) =>
      db.deleteFrom('inboxEntries').where('agency', '=', first.agency).where('number', 'in', some).execute()
  )
  const enter = await beginEntering(transaction, [first.agency])
  await enter(withheld.map(({ number: _old, ...entry }) => ({ ...entry, act: resumed })))
  return newsOf(rows)
}
