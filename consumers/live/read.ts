import type { Archive, EventsAfter } from '#bus/archive/archive.ts'
import { eventOf } from '#bus/archive/archived-event.ts'
import type { Signals } from '#engines/signals/signals.ts'
import { agencyOf, recipientsOf } from '#protocol/events/event.ts'
import type { Inbox } from '../inbox/read.ts'
import { progress } from '../projector/positions.ts'

/** An archived event, without what it says. */
export interface LiveItem {
  /** Number in the archive. */
  readonly number: number
  readonly hash: string
  readonly type: string
  readonly agency: string
  /** The agencies that the event names. */
  readonly recipients: readonly string[]
  readonly subject: string
  readonly flow: string
  readonly recordedTime: string
}

export interface LiveBatch {
  /** What the reader may see of them. */
  readonly items: readonly LiveItem[]
  /** The last number looked at. */
  readonly end: number
}

/** Events as they are archived. Readers ask for what comes next: nothing is kept for a reader that is slow. */
export interface LiveFeed {
  /** The number of the last archived event. */
  last(): Promise<number>
  /** The events after a number. `agency`: only those that it published or may read; absent: all. */
  after(number: number, agency?: string): Promise<LiveBatch>
  /** Resolves when there may be more, after `ms`, or when the signal aborts. To be given what `seen` returned before `after`. */
  wait(seen: number, ms: number, signal: AbortSignal): Promise<void>
  seen(): number
}

export interface LiveFeedOptions {
  readonly archive: Pick<Archive, 'after' | 'last'>
  readonly inbox: Pick<Inbox, 'statusesOf' | 'awaited'>
  readonly signals: Signals
}

const takenAtOnce = 100
/** Items kept for all readers together: those that are not far behind read nothing from the archive. */
const kept = 2000
/** Another process may archive without a signal here. */
const lookMs = 1000

export function createLiveFeed({ archive, inbox, signals }: LiveFeedOptions): LiveFeed {
  const recent = new Map<number, LiveItem>()
  let reading: Promise<unknown> = Promise.resolve()

  const read = async (number: number): Promise<readonly LiveItem[]> => {
    const known: LiveItem[] = []
    for (let next = recent.get(number + 1); next && known.length < takenAtOnce; ) {
      known.push(next)
      next = recent.get(next.number + 1)
    }
    if (known.length > 0) return known
    const { events } = await archive.after(number, takenAtOnce)
    const items = events.map(toItem)
    for (const item of items) recent.set(item.number, item)
    for (const old of recent.keys()) {
      if (recent.size <= kept) break
      recent.delete(old)
    }
    return items
  }

  const visibleTo = async (agency: string, items: readonly LiveItem[]): Promise<readonly LiveItem[]> => {
    const received = items.filter((item) => item.agency !== agency).map(({ number }) => number)
    // Asked first: what is entered in between has a status then.
    const awaited = await inbox.awaited(agency, received)
    const statuses = await inbox.statusesOf(agency, received)
    const isRead = (event: number): boolean => awaited.has(event) || statuses.get(event) === 'open'
    return items.filter((item) => item.agency === agency || isRead(item.number))
  }

  return {
    last: async () => (await archive.last())?.number ?? 0,

    async after(number, agency) {
      // One after the other: what the first reader reads, the others find.
      const next = reading.then(() => read(number))
      reading = next.catch(() => {})
      const items = await next
      const end = items.at(-1)?.number ?? number
      return { items: agency === undefined ? items : await visibleTo(agency, items), end }
    },

    seen: () => signals.count(progress),
    wait: (seen, ms, signal) => signals.wait(progress, seen, Math.min(ms, lookMs), signal)
  }
}

function toItem({ number, hash, body, recordedTime }: EventsAfter['events'][number]): LiveItem {
  const event = eventOf({ body })
  const { type, source, subject, correlationid = subject } = event
  return {
    ...{ number, hash, type, agency: agencyOf(source), recipients: recipientsOf(event) ?? [] },
    ...{ subject, flow: correlationid, recordedTime }
  }
}
