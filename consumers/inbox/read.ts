import { setImmediate } from 'node:timers/promises'
import type { Archive } from '#bus/archive/archive.ts'
import type { ArchivedEvent } from '#bus/archive/archived-event.ts'
import type { Control } from '#bus/control/control.ts'
import { authorize, type Identity } from '#bus/policy/identity.ts'
import type { RecipientStatuses } from '#bus/recipients/recipient-statuses.ts'
import type { Signals } from '#engines/signals/signals.ts'
import type { StoreMeta } from '#engines/store/meta.ts'
import type { Store } from '#engines/store/store.ts'
import { BusError } from '#protocol/errors/bus-error.ts'
import { instantMs } from '#protocol/events/instant.ts'
import type { Cursors, PageRange } from './cursor.ts'
import { createEntries, type Entry, type EventsInInboxes } from './entries.ts'
import type { ExpiryAndRecall } from './expiry-and-recall.ts'
import { firstSince } from './first-since.ts'
import { awaitedNews } from './news.ts'
import { createScan, hadEnded, type PageOf } from './scan.ts'
import { createUnread, type Unread, type UnreadQuestion } from './unread.ts'

/** One system of an agency, and its key. The agency has the inbox; each of its systems has its own cursors. */
export interface InboxReader extends Identity {
  readonly agency: string
}

export interface InboxQuery {
  /** A cursor from an earlier page. Presenting it marks that page as delivered. */
  readonly after?: string
  /** Starts at the first entry recorded at or after this instant, in milliseconds since the epoch. */
  readonly from?: number
  readonly limit: number
  /** Only these event types; empty for all. */
  readonly types: readonly string[]
  /** How long to wait for a first entry. */
  readonly waitMs: number
}

export interface PageConditions {
  /** Aborts when the reader disconnects or the bus stops; the page then has what there is. */
  readonly signal: AbortSignal
  /** Throws while the process cannot know whether rights have been withdrawn. */
  readonly checkFresh: () => void
  /** Awaited between the steps of a long look, each of which holds the main thread for a moment. */
  readonly turn: () => Promise<void> | undefined
  /** Takes memory for so many bytes more of a page, before its events are read; waits until there is room. */
  readonly takeRoom: (bytes: number) => Promise<void> | undefined
}

export interface InboxItem {
  readonly cursor: string
  /** Number of the entry in the inbox. */
  readonly number: number
  readonly event: ArchivedEvent
  /** The agreement that grants it; undefined if the event names the agency. */
  readonly agreement: string | undefined
}

export interface InboxPage {
  readonly items: readonly InboxItem[]
  readonly next: string
}

export interface EntriesAfter {
  readonly items: readonly Omit<InboxItem, 'cursor'>[]
  /** The number to go on from. */
  readonly looked: number
  readonly isMore: boolean
}

/** The numbered list of events that each agency may see. */
export interface Inbox extends EventsInInboxes {
  /**
   * The reader's next entries. Apart from marking the page of `after` as delivered, it keeps no state: the
   * same call returns the same page. Asks whether the reader may act after each wait, and once more when the
   * page is complete; rejects as `authorize` throws.
   */
  page(reader: InboxReader, query: InboxQuery, conditions: PageConditions): Promise<InboxPage>
  /** Entries after a number, of all types unless some are named, oldest first; for who stores its own position. */
  entriesAfter(
    agency: string,
    number: number,
    limit: number,
    types?: readonly string[]
  ): Promise<EntriesAfter>
  /** What no system of an agency has been given yet. */
  unread(agency: string, question: UnreadQuestion): Promise<Unread>
}

export interface InboxOptions {
  readonly store: Store
  readonly archive: Archive
  readonly control: Pick<Control, 'state' | 'keyOf' | 'sync'>
  readonly recipientStatuses: RecipientStatuses
  readonly expiryAndRecall: ExpiryAndRecall
  readonly cursors: Cursors
  readonly signals: Signals
  readonly meta: Pick<StoreMeta, 'epoch' | 'restores'>
  readonly now: () => number
}

/** A waiting reader is checked at least this often, so that a revoked one is disconnected. */
const waitSliceMs = 2000

/** Entries marked as delivered in one step. */
const markedAtOnce = 500
/** Lets others have the thread between the steps of a long look. */
const nextRound = (): Promise<void> => setImmediate()
/** Bytes of events read from the archive in one step. */
const stepBytes = 262_144
/** What an item has beside its event, in bytes: proofs, mostly. */
const itemBytes = 2000

export function createInbox(options: InboxOptions): Inbox {
  const { store, archive, control, recipientStatuses, cursors, signals, meta, now } = options
  const { entries, stands, endDue, ...ofEvents } = createEntries(options)

  const { entriesFrom, scan } = createScan({ store, control, stands, endDue })

  const withEvents = async (
    shown: readonly Entry[],
    turn: PageConditions['turn']
  ): Promise<readonly Omit<InboxItem, 'cursor'>[]> => {
    const events = new Map<number, ArchivedEvent>()
    for (const some of inParts(shown)) {
      await turn()
      for (const [number, event] of await archive.byNumbers(some.map((entry) => entry.event))) {
        events.set(number, event)
      }
    }
    return shown.flatMap((entry) => {
      const event = events.get(entry.event)
      return event ? [{ number: entry.number, event, agreement: entry.agreement ?? undefined }] : []
    })
  }

  const markPageDelivered = async (
    reader: InboxReader,
    { types, turn }: Omit<PageOf, 'limit'>,
    { first, last, endedCount, act }: PageRange
  ): Promise<void> => {
    const { agency } = reader
    for (let from = first; from <= last; ) {
      await turn()
      const limit = Math.min(last - from + 1, markedAtOnce)
      const rows = await entriesFrom([from, last], agency, { limit, types, turn })
      const open = rows.filter((row) => !hadEnded(row, endedCount))
      const given = open.filter((row) => stands(row, act)) // Without entries withheld when the page was made.
      await recipientStatuses.markDelivered(
        reader,
        given.map(({ event }) => event)
      )
      from = rows.length < limit ? last + 1 : (rows.at(-1)?.number ?? last) + 1
    }
  }

  /**
   * Answers a cursor from before a restore with the time to read from. Numbers up to the restore are
   * unchanged, so the reader needs the entry after the cursor and all entries written since the restore.
   * The time is the earliest of theirs, since clocks may have been set back.
   */
  const refuseExpired = async (agency: string, epoch: number, last: number): Promise<never> => {
    const restore = meta.restores.find((one) => one.epoch > epoch)
    const restored = restore?.event ?? 0
    const following = entries()
      .select((e) => e.fn.min('number').as('number'))
      .where('agency', '=', agency)
      .where('number', '>', last)
    const row = await entries()
      .select((e) => e.fn.min('recordedAt').as('earliest'))
      .where('agency', '=', agency)
      .where((e) => e.or([e('event', '>', restored), e('number', '=', following)]))
      .executeTakeFirst()
    const restoredAt = instantMs(restore?.to ?? '')
    const from = new Date(Math.min(row?.earliest ?? restoredAt, restoredAt)).toISOString()
    throw new BusError('BUS_CURSOR_EXPIRED', 'cursor-of-other-epoch', { values: { from } })
  }

  const startOf = async (
    reader: InboxReader,
    query: InboxQuery & PageOf,
    filter: string
  ): Promise<number> => {
    if (query.after !== undefined) {
      const { epoch, ...range } = cursors.read({ ...reader, filter }, query.after)
      const { first, last } = range
      if (epoch !== meta.epoch) await refuseExpired(reader.agency, epoch, last)
      await markPageDelivered(reader, query, range)
      return Math.max(last, first - 1)
    }
    if (query.from === undefined) return 0
    const first = await firstSince(store, { agency: reader.agency, from: query.from, turn: query.turn })
    if (first !== undefined) return first - 1
    const end = await entries()
      .select((e) => e.fn.max('number').as('last'))
      .where('agency', '=', reader.agency)
      .executeTakeFirst()
    return Number(end?.last ?? 0)
  }

  return {
    ...ofEvents,

    unread: createUnread({ store, recipientStatuses, stands }),

    async page(reader, query, { signal, checkFresh, turn, takeRoom }) {
      const checkMayAct = (): void => {
        checkFresh()
        authorize(control, reader, now())
      }
      const filter = [...query.types].sort().join(',')
      const owner = { agency: reader.agency, system: reader.system, filter }
      const lookedFor = { ...query, turn }
      const start = await startOf(reader, lookedFor, filter)
      const until = performance.now() + query.waitMs
      const news = awaitedNews(reader.agency, query.types)
      let room = 0
      for (;;) {
        const seen = signals.count(news)
        const { shown, looked, isMore: _, ...asOf } = await scan(reader.agency, start, lookedFor)
        const leftMs = until - performance.now()
        if (shown.length > 0 || leftMs <= 0 || signal.aborted) {
          const more = Math.max(0, sizeOf(shown) - room)
          room += more
          const hasRoom = more === 0 ? undefined : takeRoom(more)
          if (hasRoom) {
            await hasRoom
            checkMayAct()
            continue // Scan again: what may be shown may have changed.
          }
          const items = await withEvents(shown, turn)
          checkMayAct()
          if (!shown.every((entry) => stands(entry))) continue // Rights were withdrawn meanwhile.
          const first = start + 1
          return {
            items: items.map((item) => ({
              ...item,
              cursor: cursors.write(owner, { first, last: item.number, ...asOf })
            })),
            next: cursors.write(owner, { first, last: looked, ...asOf })
          }
        }
        await signals.wait(news, seen, Math.min(leftMs, waitSliceMs), signal)
        checkMayAct()
      }
    },

    async entriesAfter(agency, number, limit, types = []) {
      const { shown, looked, isMore } = await scan(agency, number, { limit, types, turn: nextRound })
      return { items: await withEvents(shown, nextRound), looked, isMore }
    }
  }
}

function sizeOf(shown: readonly Entry[]): number {
  return shown.reduce((sum, { bytes }) => sum + bytes + itemBytes, 0)
}

/** Cuts entries into steps of some bytes. */
function* inParts(shown: readonly Entry[]): Generator<readonly Entry[]> {
  let from = 0
  let bytes = 0
  for (const [index, entry] of shown.entries()) {
    bytes += entry.bytes
    if (bytes < stepBytes && index < shown.length - 1) continue
    yield shown.slice(from, index + 1)
    from = index + 1
    bytes = 0
  }
}
