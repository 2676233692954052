import type { BusEvent } from '#protocol/events/event.ts'
import { instantMs } from '#protocol/events/instant.ts'

export type PersonState = 'active' | 'suspended' | 'closed'

/** A member of staff, as events about the person say, or a list of staff. */
export interface Person {
  readonly staffNumber: string
  /** Undefined where only the end of the employment is known. */
  readonly fullName: string | undefined
  readonly unit: string
  /** Null where it is not known: a list without that column says nothing of it. */
  readonly position: string | undefined | null
  /** Undefined where they are not known. */
  readonly secondPosts: readonly Post[] | undefined
  /** Undefined where it is not known whether the person may sign in now. */
  readonly state: PersonState | undefined
  /** The day that the state holds from, `YYYY-MM-DD`. */
  readonly since: string
  /** Address that the staff system proposes. */
  readonly mailAddress: string | undefined
}

export interface Post {
  readonly unit: string
  readonly position: string | undefined
}

export const eventTypes = [
  'account.opened.v1',
  'account.changed.v1',
  'account.changed.v2',
  'account.closed.v1'
] as const

interface PostData {
  readonly unit: string
  readonly position?: string
}

/** The data of all these events; each has some of it. */
interface AccountData {
  readonly staffNumber: string
  readonly fullName?: string
  readonly unit: string
  readonly position?: string
  readonly secondPosts?: readonly PostData[]
  readonly mailAddress?: string
  readonly change?: string
  readonly effectiveDate: string
}

const stateAfter: Readonly<Record<string, PersonState>> = {
  'account.opened.v1': 'active',
  'account.closed.v1': 'closed',
  SUSPENDED: 'suspended',
  RESUMED: 'active'
}

/** The same for staff numbers that directories take for the same. */
export function comparableNumber(staffNumber: string): string {
  return staffNumber.normalize('NFKC').trim().replaceAll(/ +/g, ' ').toLowerCase()
}

/** A list of staff says nothing of second posts. It changes no closed account: yesterday's list would open it again. */
export function isFromList({ secondPosts }: Person): boolean {
  return secondPosts === undefined
}

/** The day that an event names. */
export function effectiveDateOf({ data }: BusEvent): string {
  return (data as unknown as AccountData).effectiveDate
}

/** An event, and the days on which it was published and from which it holds. */
interface Dated {
  readonly event: BusEvent
  readonly published: string
  readonly holds: string
}

/**
 * The person on a day, from the events of one system about the person in the order in which they were recorded;
 * undefined if none holds yet. An event holds from the day that it names, but never from before it was published: what
 * is decided later counts, whatever day it names.
 */
export function personOn(events: readonly BusEvent[], day: string): Person | undefined {
  const dated = datedOf(events)
  return dated
    .filter((one, at) => one.holds <= day && !dated.slice(at + 1).some((later) => withdraws(later, one)))
    .toSorted((a, b) => a.holds.localeCompare(b.holds))
    .reduce<Person | undefined>(after, undefined)
}

function datedOf(events: readonly BusEvent[]): readonly Dated[] {
  let published = ''
  return events.map((event) => {
    const own = dayOf(instantMs(event.time))
    published = own > published ? own : published // A sender's clock that goes back changes no order.
    const named = effectiveDateOf(event)
    return { event, published, holds: named > published ? named : published }
  })
}

/** Whether an event ends what was announced before it for a later day. */
function withdraws(later: Dated, earlier: Dated): boolean {
  const isClosing = (one: Dated): boolean => one.event.type === 'account.closed.v1'
  // Another day for a closing that was announced.
  if (isClosing(later) && isClosing(earlier)) return earlier.holds > later.published
  if (isClosing(later)) return earlier.holds > later.holds
  return later.event.type === 'account.opened.v1' && isClosing(earlier) && earlier.holds > later.holds
}

function after(before: Person | undefined, { event: { type, data }, holds }: Dated): Person {
  const given = data as unknown as AccountData
  const isOpening = type === 'account.opened.v1'
  // Who left comes back by an opening alone.
  if (before?.state === 'closed' && !isOpening) return before
  const state = stateAfter[type] ?? stateAfter[given.change ?? ''] ?? before?.state ?? 'active'
  const isClosing = type === 'account.closed.v1'
  return {
    staffNumber: given.staffNumber,
    fullName: given.fullName?.normalize('NFC') ?? before?.fullName,
    unit: given.unit,
    position: isClosing ? before?.position : given.position,
    secondPosts: isOpening ? [] : (given.secondPosts?.map(toPost) ?? before?.secondPosts ?? []),
    state,
    since: state === before?.state ? before.since : holds,
    mailAddress: isOpening ? given.mailAddress : before?.mailAddress
  }
}

function toPost({ unit, position }: PostData): Post {
  return { unit, position }
}

/** The day in Vietnam, which has no summer time. */
export function dayOf(ms: number): string {
  return new Date(ms + 7 * 3_600_000).toISOString().slice(0, 10)
}
