import type { Control } from '#bus/control/control.ts'
import { grantStands } from '#bus/policy/visibility.ts'
import type { RecipientStatuses } from '#bus/recipients/recipient-statuses.ts'
import { inChunks } from '#engines/store/chunks.ts'
import type { Store } from '#engines/store/store.ts'
import type { ExpiryAndRecall } from './expiry-and-recall.ts'
import type { InboxTables } from './inbox-tables.ts'

export type Entry = InboxTables['inboxEntries']

/** Questions about one event, or a few, in the inboxes. */
export interface EventsInInboxes {
  /** Whether an agency's inbox has any of these events (archive numbers) with a grant that still holds. */
  hasAny(agency: string, events: readonly number[]): Promise<boolean>
  /** As `hasAny`, without the events that expired or were recalled before they were delivered to the agency. */
  mayRead(agency: string, events: readonly number[]): Promise<boolean>
  /** The agencies that have the event (archive number) in their inbox. */
  recipientsOf(event: number): Promise<readonly string[]>
  /**
   * Whether an agency's entry of an event may be delivered now (`open`), perhaps later (`withheld`), or no
   * more (`ended`).
   */
  statusOf(agency: string, event: number): Promise<'open' | 'withheld' | 'ended'>
}

export interface EntriesOptions {
  readonly store: Store
  readonly control: Pick<Control, 'state'>
  readonly recipientStatuses: RecipientStatuses
  readonly expiryAndRecall: ExpiryAndRecall
  readonly now: () => number
}

/** Reads the entries of all inboxes, and answers whether they may be delivered. */
export function createEntries({ store, control, recipientStatuses, expiryAndRecall, now }: EntriesOptions) {
  const entries = () => store.reader<InboxTables>().selectFrom('inboxEntries')

  const stands = (entry: Entry, act = control.state.lastAct): boolean =>
    grantStands(control.state, { ...entry, agreement: entry.agreement ?? undefined }, { act, at: now() })

  /** Ends those of these entries that have expired. Returns whether any had: then read them again. */
  const endDue = async (agency: string, rows: readonly Entry[]): Promise<boolean> => {
    const upTo = expiryAndRecall.expiredUpTo()
    const due = rows.filter(({ expiresAt }) => expiresAt !== null && expiresAt <= upTo)
    if (due.length === 0) return false
    await expiryAndRecall.expire(
      agency,
      due.map(({ event }) => event)
    )
    return true // Even if another reader ended them first: the rows here are older than that.
  }

  /** An agency's entries of these events whose grants still hold. */
  const entriesInForce = async (agency: string, events: readonly number[]): Promise<readonly Entry[]> => {
    const rows = await inChunks(events, (some) =>
      entries().selectAll().where('event', 'in', some).where('agency', '=', agency).execute()
    )
    return rows.filter((row) => stands(row))
  }

  const ofEvents: EventsInInboxes = {
    async hasAny(agency, events) {
      return (await entriesInForce(agency, events)).length > 0
    },

    async mayRead(agency, events) {
      const rows = await entriesInForce(agency, events)
      if (await endDue(agency, rows)) return ofEvents.mayRead(agency, events)
      const ended = rows.filter((row) => row.ended > 0)
      if (ended.length < rows.length) return true
      // The page was written, the event ended, and only then was the page recorded: it was delivered all the same.
      const given = await recipientStatuses.delivered(
        agency,
        ended.map(({ event }) => event)
      )
      return given.size > 0
    },

    async statusOf(agency, event) {
      const rows = await entries()
        .selectAll()
        .where('event', '=', event)
        .where('agency', '=', agency)
        .where('ended', '=', 0)
        .execute()
      if (await endDue(agency, rows)) return ofEvents.statusOf(agency, event)
      if (rows.length === 0) return 'ended'
      return rows.some((row) => stands(row)) ? 'open' : 'withheld'
    },

    async recipientsOf(event) {
      const rows = await entries().select('agency').where('event', '=', event).orderBy('agency').execute()
      return rows.map(({ agency }) => agency)
    }
  }
  return { entries, stands, endDue, ...ofEvents }
}
