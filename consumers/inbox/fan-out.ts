import type { RecipientPair } from '#bus/recipients/recipient-pairs.ts'
import { inChunks } from '#engines/store/chunks.ts'
import { insertOf } from '#engines/store/insert-rows.ts'
import type { StoreTransaction, Tables } from '#engines/store/store.ts'
import { agencyOf } from '#protocol/events/event.ts'
import { instantMs } from '#protocol/events/instant.ts'
import type { ProjectedEvent } from '../projector/projected-event.ts'
import { beginEntering, type NewEntry } from './enter.ts'
import type { InboxTables } from './inbox-tables.ts'
import { newsOf } from './news.ts'

/**
 * An event for 500 agencies has 500 inbox entries, and one request may contain a hundred such events. So
 * that no agency waits for the events of another, events with many entries are only archived at
 * first, and added to the inboxes afterwards: in slices, each sender's in their order, senders in turn.
 */

type FanOut = InboxTables['inboxFanOut']
type Grants = readonly (readonly [agency: string, agreement: string | null])[]

/** Entries that a transaction of the projector adds itself, of one sender and of all; about 10 ms per thousand. */
const maxDirectOfSender = 1000
const maxDirect = 2000
/** Entries of one slice. */
export const maxSlice = 1000
/** Events read for one slice. */
const maxEvents = 500

const insertRows = insertOf<FanOut>('inboxFanOut', [
  'event',
  'sender',
  'type',
  'act',
  'bytes',
  'recordedAt',
  'expiresAt',
  'grants',
  'total',
  'entered'
])

/** Senders that have archived events which are not in all inboxes yet; usually none. */
export async function backloggedSenders(transaction: StoreTransaction): Promise<ReadonlySet<string>> {
  const senders = new Set<string>()
  const db = transaction.tables<InboxTables>()
  let sender = await senderAfter(db, '')
  while (sender !== undefined) {
    senders.add(sender)
    sender = await senderAfter(db, sender)
  }
  return senders
}

/** Divides events into those to add at once and those to add later. After one event, all later ones of its sender wait too. */
export function directOf(
  events: readonly ProjectedEvent[],
  backlogged: ReadonlySet<string>
): { readonly direct: readonly ProjectedEvent[]; readonly later: readonly ProjectedEvent[] } {
  const waiting = new Set(backlogged)
  const counts = new Map<string, number>()
  let count = 0
  const isDirect = ({ source, grants }: ProjectedEvent): boolean => {
    const sender = agencyOf(source)
    const ofSender = (counts.get(sender) ?? 0) + grants.length
    if (waiting.has(sender) || ofSender > maxDirectOfSender || count + grants.length > maxDirect) {
      waiting.add(sender)
      return false
    }
    counts.set(sender, ofSender)
    count += grants.length
    return true
  }
  const { direct = [], later = [] } = Object.groupBy(events, (event) =>
    isDirect(event) ? 'direct' : 'later'
  )
  return { direct, later }
}

/** The inbox entries of an event. */
export function toEntries(event: ProjectedEvent): readonly NewEntry[] {
  return entriesOf(factsOf(event), grantsOf(event))
}

/** Records events that are to be added to the inboxes later. */
export async function fanOutLater(
  transaction: StoreTransaction,
  events: readonly ProjectedEvent[]
): Promise<void> {
  await insertRows(transaction, events.map(toRow))
}

/**
 * The sender whose turn it is after `last`, in the order of codes, without some of them; undefined if nothing
 * of others waits.
 */
export async function nextSender(
  db: Tables<InboxTables>,
  last: string,
  without: ReadonlySet<string> = new Set()
): Promise<string | undefined> {
  for (const from of [last, '']) {
    let sender = await senderAfter(db, from)
    while (sender !== undefined && without.has(sender)) sender = await senderAfter(db, sender)
    if (sender !== undefined) return sender
  }
  return undefined
}

/** Adds one slice of the waiting events of a sender. Returns what is to be signalled of the new entries. */
export async function fanOutSome(
  transaction: StoreTransaction,
  sender: string
): Promise<ReadonlySet<string>> {
  const db = transaction.tables<InboxTables>()
  const waiting = await db
    .selectFrom('inboxFanOut')
    .select(['event', 'total', 'entered'])
    .where('sender', '=', sender)
    .orderBy('event')
    .limit(maxEvents)
    .execute()
  let left = maxSlice
  const past = waiting.findIndex(({ total, entered }) => {
    left -= total - entered
    return left <= 0
  })
  const end = waiting.at(past < 0 ? -1 : past)?.event ?? 0
  const rows = await db
    .selectFrom('inboxFanOut')
    .selectAll()
    .where('sender', '=', sender)
    .where('event', '<=', end)
    .orderBy('event')
    .execute()
  const entries = rows.flatMap((row) => entriesOf(row, (JSON.parse(row.grants) as Grants).slice(row.entered)))
  const slice = entries.slice(0, maxSlice)
  const agencies = [...new Set(slice.map(({ agency }) => agency))].sort()
  const enter = await beginEntering(transaction, agencies)
  await enter(slice)
  const isCut = slice.length < entries.length
  await db
    .deleteFrom('inboxFanOut')
    .where('sender', '=', sender)
    .where('event', isCut ? '<' : '<=', end)
    .execute()
  if (isCut) {
    const entered = (rows.at(-1)?.total ?? 0) - (entries.length - slice.length)
    await db.updateTable('inboxFanOut').set({ entered }).where('event', '=', end).execute()
  }
  return newsOf(slice)
}

/** The entry that a sender's events wait for: of the event of this number, after so many that it has. */
export interface NextEntry {
  readonly event: number
  readonly entered: number
}

export async function nextEntry(db: Tables<InboxTables>, sender: string): Promise<NextEntry | undefined> {
  const row = await db
    .selectFrom('inboxFanOut')
    .select(['event', 'entered'])
    .where('sender', '=', sender)
    .orderBy('event')
    .limit(1)
    .executeTakeFirst()
  return row && { event: Number(row.event), entered: Number(row.entered) }
}

/** Adds one entry, unless another process has. Returns what is to be signalled of it. */
export async function fanOutNext(
  transaction: StoreTransaction,
  next: NextEntry
): Promise<ReadonlySet<string>> {
  const entry = await takeNext(transaction, next)
  if (!entry) return new Set()
  const enter = await beginEntering(transaction, [entry.agency])
  await enter([entry])
  return newsOf([entry])
}

/** Leaves one entry out. Returns the agency whose inbox lacks it; undefined if another process has seen to it. */
export async function skipNext(transaction: StoreTransaction, next: NextEntry): Promise<string | undefined> {
  return (await takeNext(transaction, next))?.agency
}

/** The entry, which is no longer waited for. */
async function takeNext(
  transaction: StoreTransaction,
  { event, entered }: NextEntry
): Promise<NewEntry | undefined> {
  const db = transaction.tables<InboxTables>()
  const row = await db
    .selectFrom('inboxFanOut')
    .selectAll()
    .where('event', '=', event)
    .where('entered', '=', entered)
    .executeTakeFirst()
  if (!row) return undefined
  const isLast = entered + 1 >= Number(row.total)
  await (isLast
    ? db.deleteFrom('inboxFanOut').where('event', '=', event).execute()
    : db
        .updateTable('inboxFanOut')
        .set({ entered: entered + 1 })
        .where('event', '=', event)
        .execute())
  const [entry] = entriesOf(row, (JSON.parse(row.grants) as Grants).slice(entered, entered + 1))
  return entry
}

/** The recipients of events whose inboxes do not have them yet. */
export async function waitingFor(
  db: Tables<InboxTables>,
  events: readonly number[]
): Promise<readonly RecipientPair[]> {
  const rows = await inChunks(events, (some) =>
    db.selectFrom('inboxFanOut').select(['event', 'grants', 'entered']).where('event', 'in', some).execute()
  )
  return rows.flatMap(({ event, grants, entered }) =>
    (JSON.parse(grants) as Grants).slice(entered).map(([agency]) => ({ agency, event }))
  )
}

async function senderAfter(db: Tables<InboxTables>, last: string): Promise<string | undefined> {
  const row = await db
    .selectFrom('inboxFanOut')
    .select((e) => e.fn.min('sender').as('sender'))
    .where('sender', '>', last)
    .executeTakeFirst()
  return row?.sender ?? undefined
}

function grantsOf({ grants }: ProjectedEvent): Grants {
  return grants.map(({ agency, agreement }) => [agency, agreement ?? null])
}

type Facts = Omit<NewEntry, 'agency' | 'agreement' | 'ended'>

function factsOf({ number, type, act, body, recordedTime, expiresAt }: ProjectedEvent): Facts {
  return {
    event: number,
    type,
    act,
    bytes: body.length,
    recordedAt: instantMs(recordedTime),
    expiresAt: expiresAt ?? null
  }
}

function toRow(event: ProjectedEvent): FanOut {
  const grants = grantsOf(event)
  const sender = agencyOf(event.source)
  return {
    ...factsOf(event),
    sender,
    grants: JSON.stringify(grants),
    total: grants.length,
    entered: 0
  }
}

function entriesOf(facts: Facts, grants: Grants): readonly NewEntry[] {
  const { event, type, act, bytes, recordedAt, expiresAt } = facts
  return grants.map(([agency, agreement]) => ({
    agency,
    event,
    type,
    agreement,
    act,
    bytes,
    recordedAt,
    expiresAt,
    ended: 0
  }))
}
