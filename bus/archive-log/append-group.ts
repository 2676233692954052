import { activityTopic } from '#engines/event-log/activity-topic.ts'
import type { Appended, NewRecord, RecordId, StoredRecord } from '#engines/event-log/event-log.ts'
import type { StoreTransaction } from '#engines/store/store.ts'
import { reachFailpoint } from '#engines/telemetry/failpoints.ts'
import { lastNumber, type Numbered, numbered } from '../archive/append-events.ts'
import type { NewArchivedEvent } from '../archive/archived-event.ts'
import type { FindNumbers } from '../archive/key-runs.ts'
import { addEntries, type EntriesEnd } from './entries.ts'
import { type HeldTables, heldEntries, heldEvents, nameOf } from './held-names.ts'

/** Something to append: an event to enter, or a record that becomes an entry of the log. */
export type Addition<E extends NewArchivedEvent> = { readonly event: E } | { readonly entry: NewRecord }

/** What one transaction appends. */
export interface Group<E extends NewArchivedEvent> {
  /** In their order. */
  readonly additions: readonly Addition<E>[]
  readonly partitions: number
  /** Whether the log has entries that are events. */
  readonly hasEvents: boolean
}

/** As it is sent to the thread that writes. */
export interface AppendWork<E extends NewArchivedEvent> {
  readonly append: Group<E>
}

/** What the transaction did. */
export interface GroupAppended {
  readonly outcomes: readonly Appended[]
  /** The log's new end; undefined if it got no entries. */
  readonly end: EntriesEnd | undefined
  /** The archive's number of each event; undefined if it was not entered. */
  readonly numbers: readonly (number | undefined)[]
  /** What is to be signalled of new inbox entries. */
  readonly news: ReadonlySet<string>
}

/** Adds events to the archive and to what is made of it. */
export type EnterEvents<E extends NewArchivedEvent> = (
  transaction: StoreTransaction,
  events: readonly Numbered<E>[]
) => Promise<ReadonlySet<string>>

const appended: Appended = { outcome: 'appended' }

export interface AppendOptions<E extends NewArchivedEvent> {
  readonly enter: EnterEvents<E>
  /** Called once, before any key is added. */
  readonly find: FindNumbers
}

/** Appends those that are new, and compares the others with what is stored under their names. */
export async function appendGroup<E extends NewArchivedEvent>(
  transaction: StoreTransaction,
  { additions, partitions, hasEvents }: Group<E>,
  { enter, find }: AppendOptions<E>
): Promise<GroupAppended> {
  const db = transaction.tables<HeldTables>()
  const events = additions.flatMap((one) => ('event' in one ? [one.event] : []))
  const entries = additions.flatMap((one) => ('entry' in one ? [one.entry] : []))
  // Events become entries, too, while they cannot be entered.
  const eventEntries = entries.filter(({ topic }) => topic !== activityTopic)
  const held = new Map([
    ...(await heldEntries(db, hasEvents ? [...entries, ...events] : entries)),
    ...(await heldEvents(db, [...events, ...eventEntries], find))
  ])
  const fresh = new Set<RecordId>()
  const outcomes = additions.map((one): Appended => {
    const record = 'event' in one ? one.event : one.entry
    const name = nameOf(record)
    const stored = held.get(name)
    if (!stored) {
      held.set(name, record)
      fresh.add(record)
      return appended
    }
    return compared(stored, record.hash)
  })
  const newEntries = entries.filter((entry) => fresh.has(entry))
  const newEvents = events.filter((event) => fresh.has(event))
  const end = newEntries.length > 0 ? await addEntries(transaction, newEntries, partitions) : undefined
  const last = newEvents.length > 0 ? await lastNumber(db) : 0
  const news = newEvents.length > 0 ? await enter(transaction, numbered(newEvents, last)) : new Set<string>()
  reachFailpoint('log.before-commit')
  const numberOf = new Map(newEvents.map((event, index) => [event, last + 1 + index]))
  return { outcomes, end, numbers: events.map((event) => numberOf.get(event)), news }
}

function compared({ hash, recordedTime, receipt }: StoredRecord, ofNew: string): Appended {
  return hash === ofNew ? { outcome: 'repeated', recordedTime, receipt } : { outcome: 'conflicting' }
}
