import type { Archive } from '#bus/archive/archive.ts'
import type { ArchivedEvent } from '#bus/archive/archived-event.ts'
import { forPairs, type RecipientPair } from '#bus/recipients/recipient-pairs.ts'
import type { RecipientStatuses } from '#bus/recipients/recipient-statuses.ts'
import type { Store, StoreTransaction } from '#engines/store/store.ts'
import { endEntries } from './end-entries.ts'
import type { InboxTables } from './inbox-tables.ts'
import { areRecallsOpen, type OpenRecall, openRecalls, recallSome } from './recalls.ts'

/**
 * Ends entries that must no longer be delivered, because their event has expired or its sender has recalled
 * it. Both take effect at once for readers that ask here; they are written to the entries later, in slices.
 * Delivered entries do not end.
 */
export interface ExpiryAndRecall {
  /** Ends those of an agency's entries that have expired or are recalled. Returns whether any had: then read them again. */
  endDue(
    agency: string,
    entries: readonly Pick<InboxTables['inboxEntries'], 'event' | 'expiresAt' | 'ended'>[]
  ): Promise<boolean>
  /** Recalls of events that are not written to their entries yet. */
  recallsOf(
    events: readonly Pick<ArchivedEvent, 'number' | 'source' | 'type' | 'subject'>[]
  ): Promise<readonly OpenRecall[]>
  /** Ends one slice of the entries that have expired; false if none is left. */
  expireSome(): Promise<boolean>
  /** Ends one slice of the entries that are recalled; false if none can be ended now. */
  recallSome(): Promise<boolean>
}

export interface ExpiryAndRecallOptions {
  readonly store: Store
  readonly archive: Pick<Archive, 'someOfSubject' | 'namesOf'>
  readonly recipientStatuses: RecipientStatuses
  /** The wall clock, except that it is not followed at once if it is set forward (`createSettledClock`). */
  readonly settledNow: () => number
}

/** Entries that one transaction ends; about 10 ms, for which publishing waits. */
const maxSlice = 150

export function createExpiryAndRecall(options: ExpiryAndRecallOptions): ExpiryAndRecall {
  const { store, archive, recipientStatuses, settledNow } = options
  const reader = () => store.reader<InboxTables>()
  /** The agency whose recalls were applied last: agencies take turns. */
  let lastSender = ''

  const end = (
    transaction: StoreTransaction,
    system: string,
    state: 'expired' | 'recalled',
    entries: readonly RecipientPair[]
  ): Promise<void> => endEntries(transaction, recipientStatuses, { system, state }, entries)

  const expire = async (transaction: StoreTransaction, due: readonly RecipientPair[]): Promise<void> => {
    await end(transaction, '/bus', 'expired', due)
    const expiring = transaction.tables<InboxTables>().updateTable('inboxEntries').set({ expiresAt: null })
    await forPairs(due, {
      // Ended or delivered: either way it will not expire.
      ofAgency: (agency, some) => expiring.where('agency', '=', agency).where('event', 'in', some).execute(),
      ofEvent: (event, some) => expiring.where('event', '=', event).where('agency', 'in', some).execute()
    })
  }

  /** Recalls that are not written to an agency's entries yet. Delivered entries do not end. */
  const awaited = async (agency: string, events: readonly number[]): Promise<readonly OpenRecall[]> => {
    if (events.length === 0 || !(await areRecallsOpen(reader()))) return []
    const names = await archive.namesOf(events)
    const named = Array.from(names, ([number, name]) => ({ ...name, number }))
    const recalls = await openRecalls(reader(), named, agency)
    const delivered = await recipientStatuses.delivered(
      agency,
      recalls.map(({ event }) => event)
    )
    return recalls.filter(({ event }) => !delivered.has(event))
  }

  return {
    async endDue(agency, entries) {
      const upTo = settledNow()
      const due = entries.filter(({ expiresAt }) => expiresAt !== null && expiresAt <= upTo)
      const open = entries.filter(({ ended }) => ended === 0)
      const recalls = await awaited(
        agency,
        open.map(({ event }) => event)
      )
      if (due.length === 0 && recalls.length === 0) return false
      await store.transaction(async (transaction) => {
        await expire(
          transaction,
          due.map(({ event }) => ({ agency, event }))
        )
        for (const [system, own] of Map.groupBy(recalls, (recall) => recall.system)) {
          await end(transaction, system, 'recalled', own)
        }
      })
      return true // Even if another reader or a slice ended them first: the entries here are older than that.
    },

    recallsOf: (events) => openRecalls(reader(), events),

    async expireSome() {
      const due = await reader()
        .selectFrom('inboxEntries')
        .select(['agency', 'event'])
        .where('expiresAt', '<=', settledNow())
        .orderBy('expiresAt')
        .orderBy('agency')
        .limit(maxSlice)
        .execute()
      if (due.length > 0) await store.transaction((transaction) => expire(transaction, due))
      return due.length === maxSlice
    },

    async recallSome() {
      if (!(await areRecallsOpen(reader()))) return false
      const sender = await store.transaction((transaction) =>
        recallSome(transaction, lastSender, {
          archive,
          end: (system, entries) => end(transaction, system, 'recalled', entries)
        })
      )
      lastSender = sender ?? ''
      return sender !== undefined
    }
  }
}
