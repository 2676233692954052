import type { Archive } from '#bus/archive/archive.ts'
import { type ArchivedEvent, eventOf } from '#bus/archive/archived-event.ts'
import { forPairs, type RecipientPair } from '#bus/recipients/recipient-pairs.ts'
import { inChunks } from '#engines/store/chunks.ts'
import { pipeline } from '#engines/store/pipeline.ts'
import type { StoreTransaction, Tables } from '#engines/store/store.ts'
import { agencyOf } from '#protocol/events/event.ts'
import { instantMs } from '#protocol/events/instant.ts'
import type { ProjectedEvent } from '../projector/projected-event.ts'
import type { InboxTables } from './inbox-tables.ts'

/**
 * A recall withdraws earlier events of its agency about a subject, for the recipients that the recall names.
 * That may be a hundred events with 500 recipients each. A recall holds from the moment it is projected,
 * because readers ask here; its entries are ended afterwards, in slices.
 */

type RecallRow = InboxTables['inboxRecalls']
type Agencies = readonly (readonly [agency: string, before: number])[]

/** Limits of one slice: events that it reads, and entries that it ends. */
const maxEvents = 100
const maxSlice = 150

const recalling = /^document\.recalled\.v\d+$/
const recallable = /^document\.(?:issued|updated|replaced)\.v\d+$/

export function recallsAmong(events: readonly ProjectedEvent[]): readonly ProjectedEvent[] {
  return events.filter(({ type }) => recalling.test(type))
}

/** Records recalls being projected, in the same transaction. */
export async function noteRecalls(
  transaction: StoreTransaction,
  recalls: readonly ProjectedEvent[]
): Promise<void> {
  const named = recalls.map((event) => ({ ...event, subject: recalledBy(event) }))
  const ofSubjects = Map.groupBy(named, ({ source, subject }) => `${source} ${subject}`)
  await pipeline(Array.from(ofSubjects.values(), (own) => gather(transaction, own)))
}

type Recall = Pick<ProjectedEvent, 'number' | 'source' | 'subject' | 'recordedTime' | 'grants'>

/** Merges recalls by one system about one subject into the row that is not begun yet. */
async function gather(transaction: StoreTransaction, recalls: readonly Recall[]): Promise<void> {
  const last = recalls.at(-1)
  if (!last) return
  const db = transaction.tables<InboxTables>()
  const key = { source: last.source, subject: last.subject, begun: 0 }
  const waiting = await db
    .selectFrom('inboxRecalls')
    .select('agencies')
    .where('source', '=', key.source)
    .where('subject', '=', key.subject)
    .where('begun', '=', 0)
    .executeTakeFirst()
  const before = new Map(waiting ? agenciesIn(waiting) : [])
  for (const { number, grants } of recalls) for (const { agency } of grants) before.set(agency, number)
  const values = {
    agencies: JSON.stringify([...before].sort(([one], [other]) => (one < other ? -1 : 1))),
    upTo: last.number,
    at: instantMs(last.recordedTime)
  }
  await db
    .insertInto('inboxRecalls')
    .values({ ...key, ...values, sender: agencyOf(last.source), doneEvent: 0, doneAgencies: 0 })
    .onConflict((on) => on.columns(['source', 'subject', 'begun']).doUpdateSet(values))
    .execute()
}

/** A recall of an event for one recipient, not written to the entry yet. */
export interface OpenRecall extends RecipientPair {
  readonly system: string
  /** Milliseconds since the epoch. */
  readonly at: number
}

/** Recalls of some events that are not applied yet, for all their recipients or for one. */
export async function openRecalls(
  db: Tables<InboxTables>,
  events: readonly Pick<ArchivedEvent, 'number' | 'source' | 'type' | 'subject'>[],
  reader?: string
): Promise<readonly OpenRecall[]> {
  const candidates = events.filter(({ type }) => recallable.test(type))
  const subjects = [...new Set(candidates.map(({ subject }) => subject))]
  const rows = await inChunks(subjects, (some) =>
    db.selectFrom('inboxRecalls').selectAll().where('subject', 'in', some).execute()
  )
  return rows.flatMap((row) => {
    const meant = candidates.filter(
      ({ source, subject }) => subject === row.subject && agencyOf(source) === row.sender
    )
    if (meant.length === 0) return []
    const agencies = agenciesIn(row).filter(([agency]) => reader === undefined || agency === reader)
    return agencies.flatMap(([agency, before]) =>
      meant
        .filter(({ number }) => number < before)
        .map(({ number }) => ({ agency, event: number, system: row.source, at: row.at }))
    )
  })
}

/** Whether any recall is not applied yet. */
export async function areRecallsOpen(db: Tables<InboxTables>): Promise<boolean> {
  const row = await db.selectFrom('inboxRecalls').select('begun').limit(1).executeTakeFirst()
  return row !== undefined
}

export interface RecallOptions {
  readonly archive: Pick<Archive, 'someOfSubject'>
  /** Ends those entries that are still pending. */
  readonly end: (system: string, entries: readonly RecipientPair[]) => Promise<unknown>
}

/**
 * Applies one slice of the recalls of the next agency after `last`, in the order of codes. Returns that
 * agency; undefined if nothing can be applied now.
 */
export async function recallSome(
  transaction: StoreTransaction,
  last: string,
  { archive, end }: RecallOptions
): Promise<string | undefined> {
  const db = transaction.tables<InboxTables>()
  const row = (await nextOf(db, last)) ?? (await nextOf(db, ''))
  if (!row) return undefined
  const { source, subject, sender, doneEvent, doneAgencies } = row
  const { events: page, looked } = await archive.someOfSubject(transaction, {
    agency: sender,
    subject,
    after: doneEvent,
    before: row.upTo,
    limit: maxEvents
  })
  const events = page.filter(({ type }) => recallable.test(type)).map(({ number }) => number)
  const agencies = agenciesIn(row)
  const next = doneAgencies + Math.max(1, Math.floor(maxSlice / Math.max(1, events.length)))
  const pairs = agencies
    .slice(doneAgencies, next)
    .flatMap(([agency, before]) =>
      events.filter((event) => event < before).map((event) => ({ agency, event }))
    )
  await end(source, await enteredOf(db, pairs))
  const isPageDone = events.length === 0 || next >= agencies.length
  const reached = isPageDone ? { doneEvent: looked, doneAgencies: 0 } : { doneEvent, doneAgencies: next }
  await moveOn(db, row, reached)
  return sender
}

/** Records how far a recall is applied; if nothing is left to look at, completely. */
async function moveOn(
  db: Tables<InboxTables>,
  { source, subject, begun }: RecallRow,
  { doneAgencies, doneEvent }: { readonly doneAgencies: number; readonly doneEvent: number | undefined }
): Promise<void> {
  if (doneEvent === undefined) {
    await db
      .deleteFrom('inboxRecalls')
      .where('source', '=', source)
      .where('subject', '=', subject)
      .where('begun', '=', begun)
      .execute()
    return
  }
  await db
    .updateTable('inboxRecalls')
    .set({ begun: 1, doneAgencies, doneEvent })
    .where('source', '=', source)
    .where('subject', '=', subject)
    .where('begun', '=', begun)
    .execute()
}

/** Those that are in their inbox and have not ended. */
function enteredOf(
  db: Tables<InboxTables>,
  pairs: readonly RecipientPair[]
): Promise<readonly RecipientPair[]> {
  const open = db.selectFrom('inboxEntries').select(['agency', 'event']).where('ended', '=', 0)
  return forPairs(pairs, {
    ofAgency: (agency, some) => open.where('agency', '=', agency).where('event', 'in', some).execute(),
    ofEvent: (event, some) => open.where('event', '=', event).where('agency', 'in', some).execute()
  })
}

/** The next recall to apply of an agency after `last`. A recall waits until the events before it are in all inboxes. */
async function nextOf(db: Tables<InboxTables>, last: string): Promise<RecallRow | undefined> {
  const entered = db
    .selectFrom('inboxRecalls')
    .where(({ not, exists, selectFrom }) =>
      not(
        exists(
          selectFrom('inboxFanOut')
            .select('inboxFanOut.event')
            .whereRef('inboxFanOut.sender', '=', 'inboxRecalls.sender')
            .whereRef('inboxFanOut.event', '<', 'inboxRecalls.upTo')
        )
      )
    )
  return entered
    .selectAll()
    .where('sender', '=', entered.select((e) => e.fn.min('sender').as('sender')).where('sender', '>', last))
    .orderBy('begun', 'desc')
    .orderBy('upTo')
    .limit(1)
    .executeTakeFirst()
}

/** The subject of the events that it recalls. */
function recalledBy(event: ProjectedEvent): string {
  return String(eventOf(event).data.affectedDocumentId ?? event.subject)
}

function agenciesIn({ agencies }: Pick<RecallRow, 'agencies'>): Agencies {
  return JSON.parse(agencies) as Agencies
}
