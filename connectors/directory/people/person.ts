import type { BusEvent } from '#protocol/events/event.ts'

export type PersonState = 'active' | 'suspended' | 'closed'

/** A member of staff, as events about the person say. */
export interface Person {
  readonly staffNumber: string
  /** Undefined where only the end of the employment is known. */
  readonly fullName: string | undefined
  readonly unit: string
  readonly position: string | undefined
  readonly secondPosts: readonly Post[]
  readonly state: PersonState
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

/** The day from which an event holds. */
export function effectiveDateOf({ data }: BusEvent): string {
  return (data as unknown as AccountData).effectiveDate
}

/**
 * The person on a day, from the events about the person in the order in which they were recorded; undefined if none
 * holds yet. Of events for one day, the one recorded last counts.
 */
export function personOn(events: readonly BusEvent[], day: string): Person | undefined {
  return events
    .filter((event) => effectiveDateOf(event) <= day)
    .toSorted((a, b) => effectiveDateOf(a).localeCompare(effectiveDateOf(b)))
    .reduce<Person | undefined>(after, undefined)
}

function after(before: Person | undefined, { type, data }: BusEvent): Person {
  const given = data as unknown as AccountData
  const isOpening = type === 'account.opened.v1'
  const state = stateAfter[type] ?? stateAfter[given.change ?? ''] ?? before?.state ?? 'active'
  const isClosing = type === 'account.closed.v1'
  return {
    staffNumber: given.staffNumber,
    fullName: given.fullName?.normalize('NFC') ?? before?.fullName,
    unit: given.unit,
    position: isClosing ? before?.position : given.position,
    secondPosts: isOpening ? [] : (given.secondPosts?.map(toPost) ?? before?.secondPosts ?? []),
    state,
    since: state === before?.state ? before.since : given.effectiveDate,
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
