import type { Control } from '#bus/control/control.ts'
import { type GrantedEntry, grantStands } from '#bus/policy/visibility.ts'
import type { RecipientStatuses } from '#bus/recipients/recipient-statuses.ts'
import { inChunks } from '#engines/store/chunks.ts'
import type { Store } from '#engines/store/store.ts'
import type { ExpiryAndRecall } from './expiry-and-recall.ts'
import { waitingFor } from './fan-out.ts'
import type { InboxTables } from './inbox-tables.ts'
import { type LeftOut, leftOutOf } from './left-out.ts'

export type EntryStatus = 'open' | 'withheld' | 'ended'

export type Entry = InboxTables['inboxEntries']

/** Questions about one event, or a few, in the inboxes. */
export interface EventsInInboxes {
  /** Whether an agency's inbox has any of these events (archive numbers) with a grant that still holds. */
  hasAny(agency: string, events: readonly number[]): Promise<boolean>
  /** Those of these events (archive numbers) that have an entry in an agency's inbox up to one of its numbers. */
  enteredUpTo(agency: string, events: readonly number[], number: number): Promise<ReadonlySet<number>>
  /** As `hasAny`, without the events that expired or were recalled before they were delivered to the agency. */
  mayRead(agency: string, events: readonly number[]): Promise<boolean>
  /** Those of these events that `mayRead` says an agency may read. */
  readable(agency: string, events: readonly number[]): Promise<ReadonlySet<number>>
  /** The agencies that each event (archive number) is for, including those whose inboxes do not have it yet. */
  recipientsOf(events: readonly number[]): Promise<ReadonlyMap<number, readonly string[]>>
  /** The recipients whose inboxes will not have these events (by hash), since the store refused the entry. */
  leftOutOf(hashes: readonly string[]): Promise<readonly LeftOut[]>
  /** Recalls of events that hold but are not written to their statuses yet. */
  recallsOf: ExpiryAndRecall['recallsOf']
  /** Those of these events that are for an agency and that its inbox does not have yet. */
  awaited(agency: string, events: readonly number[]): Promise<ReadonlySet<number>>
  /**
   * Ends those of these events that expired or were recalled before they were delivered to the agency. To be
   * called before its answers are recorded: what has ended cannot be answered.
   */
  endUndelivered(agency: string, events: readonly number[]): Promise<void>
  /**
   * Whether an agency's entries of these events may be delivered now (`open`), perhaps later (`withheld`), or
   * no more (`ended`).
   */
  statusesOf(agency: string, events: readonly number[]): Promise<ReadonlyMap<number, EntryStatus>>
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
  const { endDue } = expiryAndRecall
  const entries = () => store.reader<InboxTables>().selectFrom('inboxEntries')

  const stands = (entry: GrantedEntry, act = control.state.lastAct): boolean =>
    grantStands(control.state, entry, { act, at: now() })

  const entriesOf = (agency: string, events: readonly number[]): Promise<readonly Entry[]> =>
    inChunks(events, (some) =>
      entries().selectAll().where('event', 'in', some).where('agency', '=', agency).execute()
    )

  /** An agency's entries of these events whose grants still hold. */
  const entriesInForce = async (agency: string, events: readonly number[]): Promise<readonly Entry[]> =>
    (await entriesOf(agency, events)).filter((row) => stands(row))

  const ofEvents: EventsInInboxes = {
    async hasAny(agency, events) {
      return (await entriesInForce(agency, events)).length > 0
    },

    async enteredUpTo(agency, events, number) {
      const rows = await entriesOf(agency, events)
      return new Set(rows.filter((row) => row.number <= number).map(({ event }) => event))
    },

    async mayRead(agency, events) {
      return (await ofEvents.readable(agency, events)).size > 0
    },

    async readable(agency, events) {
      const rows = await entriesInForce(agency, events)
      if (await endDue(agency, rows)) return ofEvents.readable(agency, events)
      const ended = rows.filter((row) => row.ended > 0)
      // The page was written, the event ended, and only then was the page recorded: it was delivered all the same.
      const given = await recipientStatuses.delivered(
        agency,
        ended.map(({ event }) => event)
      )
      return new Set(rows.filter((row) => row.ended === 0 || given.has(row.event)).map(({ event }) => event))
    },

    async statusesOf(agency, events) {
      const rows = await inChunks(events, (some) =>
        entries()
          .selectAll()
          .where('event', 'in', some)
          .where('agency', '=', agency)
          .where('ended', '=', 0)
          .execute()
      )
      if (await endDue(agency, rows)) return ofEvents.statusesOf(agency, events)
      const byEvent = Map.groupBy(rows, ({ event }) => event)
      const statusOf = (event: number): EntryStatus => {
        const own = byEvent.get(event)
        if (!own) return 'ended'
        return own.some((row) => stands(row)) ? 'open' : 'withheld'
      }
      return new Map(events.map((event) => [event, statusOf(event)]))
    },

    async recipientsOf(events) {
      const entered = await inChunks(events, (some) =>
        entries().select(['event', 'agency']).where('event', 'in', some).execute()
      )
      const all = [...entered, ...(await waitingFor(store.reader(), events))]
      const byEvent = Map.groupBy(all, ({ event }) => event)
      return new Map(
        events.map((event) => [event, [...new Set(byEvent.get(event)?.map(({ agency }) => agency))].sort()])
      )
    },

    leftOutOf: (hashes) => leftOutOf(store.reader(), hashes),

    async awaited(agency, events) {
      const all = await waitingFor(store.reader(), events)
      return new Set(all.flatMap((one) => (one.agency === agency ? [one.event] : [])))
    },

    recallsOf: expiryAndRecall.recallsOf,

    async endUndelivered(agency, events) {
      await endDue(agency, await entriesOf(agency, events))
    }
  }
  return { entries, stands, endDue, ...ofEvents }
}
