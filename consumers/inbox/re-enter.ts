import type { Control } from '#bus/control/control.ts'
import type { Handovers } from '#bus/delivery/handovers.ts'
import type { Signals } from '#bus/projector/signals.ts'
import type { Store } from '#bus/store/store.ts'
import { enter } from './apply.ts'
import type { InboxTables } from './inbox-tables.ts'

export interface ReEnterOptions {
  readonly store: Store
  readonly handovers: Handovers
  readonly control: Pick<Control, 'state'>
  readonly signals: Signals
}

const atOnce = 500

/**
 * Enters again, at the inbox's end, what was withheld while its agreement was
 * suspended: a reader whose cursor has passed it would never see it otherwise.
 * What was handed over before stays where it is. Called after a resumption and
 * at start; what was done before a crash is not done again.
 */
export async function reEnterResumed(options: ReEnterOptions): Promise<void> {
  for (const { id, suspensions } of options.control.state.agreements.values()) {
    const resumed = Math.max(0, ...suspensions.map(({ to }) => to ?? 0))
    while (resumed > 0 && (await reEnterSome(options, id, resumed)));
  }
}

async function reEnterSome(
  { store, handovers, signals }: ReEnterOptions,
  agreement: string,
  resumed: number
): Promise<boolean> {
  const touched = await store.transaction(async (transaction) => {
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
    if (!first) return undefined
    const given = await handovers.given(
      first.agency,
      rows.map(({ event }) => event)
    )
    const numbers = rows.map(({ number }) => number)
    await db
      .updateTable('inboxEntries')
      .set({ act: resumed })
      .where('agency', '=', first.agency)
      .where('number', 'in', numbers)
      .execute()
    const withheld = rows.filter(({ event }) => !given.has(event))
    if (withheld.length === 0) return first.agency
    await db
      .deleteFrom('inboxEntries')
      .where('agency', '=', first.agency)
      .where(
        'number',
        'in',
        withheld.map(({ number }) => number)
      )
      .execute()
    await enter(
      transaction,
      [first.agency],
      withheld.map(({ number: _old, ...entry }) => ({ ...entry, act: resumed }))
    )
    return first.agency
  })
  if (touched !== undefined) signals.notify([touched])
  return touched !== undefined
}
