import { createHash } from 'node:crypto'
import type { Json } from '#protocol/events/json.ts'
import { faults } from '../faults.ts'
import type { PollSettings } from '../settings.ts'
import { earlier, instantOf, isExact } from './instants.ts'

/** How far polling has come. */
export interface Position {
  /** For `id` and `time`: the greatest value seen, as the outside gave it; for `page`: the page to ask for. */
  readonly at: string | number | undefined
  /** For `page`: the hash of the full page before. */
  readonly before?: string | undefined
}

/** `startAt`: milliseconds since the epoch; 0 for the beginning. */
export function readPosition(
  cursor: string | undefined,
  { cursor: { by, first } }: PollSettings,
  startAt: number
): Position {
  if (cursor !== undefined) return positionAt(cursor, by)
  if (by === 'page') return { at: Number(first ?? 1) }
  if (by === 'time' && first === undefined && startAt > 0) return { at: new Date(startAt).toISOString() }
  return { at: first }
}

/** A cursor is what `advance` made, or what an operator wrote who reset it: an id, a time or the number of a page. */
function positionAt(cursor: string, by: PollSettings['cursor']['by']): Position {
  const position = cursor.startsWith('{') ? (parsed(cursor) as Position) : { at: cursor }
  const isUsable = by === 'page' ? /^\d{1,9}$/.test(String(position?.at)) : position !== undefined
  if (!isUsable) throw faults.cursorMalformed({ values: { by } })
  return by === 'page' ? { ...position, at: Number(position.at) } : position
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

const usualPageSize = 100

/** The query of the next poll; `isFirst` before the outside gave a value. */
export function queryOf(settings: PollSettings, { at }: Position, isFirst: boolean): URLSearchParams {
  const { query, cursor, pageSize = usualPageSize, pageSizeParameter } = settings
  const parameters = new URLSearchParams(query)
  if (pageSizeParameter !== undefined) parameters.set(pageSizeParameter, String(pageSize))
  if (at !== undefined) {
    const overlapMs = isFirst || cursor.by !== 'time' ? 0 : cursor.overlapSeconds * 1000
    parameters.set(cursor.parameter, String(overlapMs > 0 ? earlier(at, overlapMs) : at))
  }
  return parameters
}

/**
 * Why polling cannot go on: a full page brought it no further, a full page was not in ascending order, two
 * full pages are the same, or times without zone cannot overlap.
 */
export type Halt = 'cursorStuck' | 'listUnordered' | 'pageRepeated' | 'timeWithoutZone'

export interface Advanced {
  readonly position: Position
  /** Whether there is more now. */
  readonly more: boolean
  readonly halt?: Halt | undefined
  /** Whether a time in the future was left out: the items until then would never be asked for. */
  readonly isAhead?: boolean | undefined
}

export interface Page {
  /** The items, as JSON texts. */
  readonly texts: readonly string[]
  /** Of each item, what the cursor may go on from. */
  readonly values: readonly (Json | undefined)[]
}

/** Where polling goes on after a page. `now`: milliseconds since 1970. */
export function advance(settings: PollSettings, position: Position, page: Page, now: number): Advanced {
  const { cursor, pageSize = usualPageSize } = settings
  const isFull = page.texts.length >= pageSize
  if (cursor.by === 'page') return advancePage(position, page, isFull)
  const known = page.values.filter((value) => typeof value === 'string' || typeof value === 'number')
  if (cursor.by === 'time' && cursor.overlapSeconds > 0 && !known.every(isExact)) {
    return { position, more: false, halt: 'timeWithoutZone' }
  }
  const order = cursor.by === 'time' ? instantOf : numberOf
  if (isFull && known.some((value, index) => order(value) < order(known[index - 1] ?? value))) {
    return { position, more: false, halt: 'listUnordered' }
  }
  const past = cursor.by === 'time' ? known.filter((value) => !isFuture(value, now)) : known
  const newest = past.reduce<string | number | undefined>(
    (found, value) => (found === undefined || isAfter(value, found, order) ? value : found),
    position.at
  )
  const hasMoved = newest !== position.at
  return {
    position: { at: newest },
    more: isFull && hasMoved,
    halt: isFull && !hasMoved ? 'cursorStuck' : undefined,
    isAhead: past.length < known.length
  }
}

/** A server that ignores the number would be asked without end: it gives the same page again. */
function advancePage({ at, before }: Position, { texts }: Page, isFull: boolean): Advanced {
  if (!isFull) return { position: { at, before }, more: false }
  const hash = createHash('sha256').update(JSON.stringify(texts)).digest('base64')
  if (hash === before) return { position: { at, before }, more: false, halt: 'pageRepeated' }
  return { position: { at: Number(at) + 1, before: hash }, more: true }
}

/** Times without zone may be of any zone: the one furthest ahead is 14 hours from UTC. */
const furthestZoneMs = 14 * 3_600_000

function isFuture(value: string | number, now: number): boolean {
  return instantOf(value) > now + (isExact(value) ? 0 : furthestZoneMs)
}

/** Ids that are no numbers have no order of ours: the outside's stands, the last one is the greatest. */
function isAfter(
  one: string | number,
  other: string | number,
  order: (value: string | number) => number
): boolean {
  const [a, b] = [order(one), order(other)]
  return Number.isNaN(a) || Number.isNaN(b) ? true : a > b
}

function numberOf(value: string | number): number {
  return typeof value === 'number' || /^\d{1,15}$/.test(value) ? Number(value) : Number.NaN
}
