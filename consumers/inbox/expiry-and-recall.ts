import type { Archive } from '#bus/archive/archive.ts'
import type { RecipientStatuses } from '#bus/recipients/recipient-statuses.ts'
import { inChunks } from '#engines/store/chunks.ts'
import type { Store, StoreTransaction } from '#engines/store/store.ts'
import { steadyNow } from '#engines/telemetry/steady-clock.ts'
import { agencyOf } from '#protocol/events/event.ts'
import type { ProjectedEvent } from '../projector/projected-event.ts'
import type { InboxTables } from './inbox-tables.ts'

/**
 * Ends entries that must no longer be delivered, because their event has expired or its sender has recalled
 * it. Delivered entries do not end.
 */
export interface ExpiryAndRecall {
  /** Ends those of an agency's entries (by event number) that have expired and were not delivered. */
  expire(agency: string, events: readonly number[]): Promise<void>
  /** Ends all entries that have expired. */
  expireDue(): Promise<void>
  /** Events with an expiry up to this instant have expired; in milliseconds since the epoch. */
  expiredUpTo(): number
  /** Applies the recalls among events being projected, in the same transaction. */
  applyRecalls(transaction: StoreTransaction, events: readonly ProjectedEvent[]): Promise<void>
}

export interface ExpiryAndRecallOptions {
  readonly store: Store
  readonly archive: Pick<Archive, 'ofSubject'>
  readonly recipientStatuses: RecipientStatuses
  readonly now: () => number
}

const atOnce = 500
/** Types that a recall withdraws, for the recipients that the recall names. */
const recalled = /^document\.(?:issued|updated|replaced)\.v\d+$/

export function createExpiryAndRecall({
  store,
  archive,
  recipientStatuses,
  now
}: ExpiryAndRecallOptions): ExpiryAndRecall {
  const end = async (
    transaction: StoreTransaction,
    step: { readonly agency: string; readonly system: string; readonly state: 'expired' | 'recalled' },
    events: readonly number[]
  ): Promise<void> => {
    const ended = await recipientStatuses.end(transaction, step, events)
    if (ended.size === 0) return
    const db = transaction.tables<InboxTables>()
    const { endedCount } = await db
      .updateTable('inboxCounters')
      .set((e) => ({ endedCount: e('endedCount', '+', 1) }))
      .where('agency', '=', step.agency)
      .returning('endedCount')
      .executeTakeFirstOrThrow()
    await setEntries(transaction, { agency: step.agency, events: [...ended] }, { ended: endedCount })
  }

  /** Setting the clock forward must not make events expire: only time since the start counts. */
  const expiredUpTo = (): number => Math.min(now(), steadyNow())

  const expire: ExpiryAndRecall['expire'] = (agency, events) =>
    store.transaction(async (transaction) => {
      await end(transaction, { agency, system: '/bus', state: 'expired' }, events)
      // Ended or delivered: either way it will not expire.
      await setEntries(transaction, { agency, events }, { expiresAt: null })
    })

  return {
    expire,
    expiredUpTo,

    async expireDue() {
      for (;;) {
        const rows = await store
          .reader<InboxTables>()
          .selectFrom('inboxEntries')
          .select(['agency', 'event'])
          .where('expiresAt', '<=', expiredUpTo())
          .orderBy('agency')
          .limit(atOnce)
          .execute()
        const [first] = rows
        if (!first) return
        const ofFirst = rows.filter(({ agency }) => agency === first.agency)
        await expire(
          first.agency,
          ofFirst.map(({ event }) => event)
        )
      }
    },

    async applyRecalls(transaction, events) {
      for (const { number, event, grants } of events) {
        if (!/^document\.recalled\.v\d+$/.test(event.type)) continue
        const subject = String(event.data.affectedDocumentId ?? event.subject)
        const earlier = (await archive.ofSubject(agencyOf(event.source), subject, transaction))
          .filter((one) => one.number < number && recalled.test(one.type))
          .map((one) => one.number)
        for (const { agency } of grants) {
          for (let at = 0; at < earlier.length; at += atOnce) {
            const entered = await entriesOf(transaction, agency, earlier.slice(at, at + atOnce))
            await end(transaction, { agency, system: event.source, state: 'recalled' }, entered)
          }
        }
      }
    }
  }
}

async function setEntries(
  transaction: StoreTransaction,
  { agency, events }: { readonly agency: string; readonly events: readonly number[] },
  values: Partial<InboxTables['inboxEntries']>
): Promise<void> {
  const db = transaction.tables<InboxTables>()
  await inChunks(events, (some) =>
    db
      .updateTable('inboxEntries')
      .set(values)
      .where('agency', '=', agency)
      .where('event', 'in', some)
      .execute()
  )
}

async function entriesOf(
  transaction: StoreTransaction,
  agency: string,
  events: readonly number[]
): Promise<readonly number[]> {
  const db = transaction.tables<InboxTables>()
  const rows = await inChunks(events, (some) =>
    db
      .selectFrom('inboxEntries')
      .select('event')
      .where('agency', '=', agency)
      .where('event', 'in', some)
      .execute()
  )
  return rows.map(({ event }) => event)
}
