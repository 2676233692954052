import type { Json } from '#protocol/events/json.ts'
import type { PollSettings } from '../settings.ts'

/** How far polling has come. */
export interface Position {
  /** For `id` and `time`: the greatest value seen, as the outside gave it; for `page`: the page to ask for. */
  readonly at: string | number | undefined
}

/** `startAt`: milliseconds since the epoch; 0 for the beginning. */
export function readPosition(
  cursor: string | undefined,
  { cursor: { by, first } }: PollSettings,
  startAt: number
): Position {
  if (cursor !== undefined) return JSON.parse(cursor) as Position
  if (by === 'page') return { at: Number(first ?? 1) }
  if (by === 'time' && first === undefined && startAt > 0) return { at: new Date(startAt).toISOString() }
  return { at: first }
}

/** The query of the next poll; `isFirst` before the outside gave a value. */
export function queryOf(settings: PollSettings, { at }: Position, isFirst: boolean): URLSearchParams {
  const { query, cursor, pageSize, pageSizeParameter } = settings
  const parameters = new URLSearchParams(query)
  if (pageSizeParameter !== undefined) parameters.set(pageSizeParameter, String(pageSize))
  if (at !== undefined) {
    const from = cursor.by === 'time' && !isFirst ? earlier(at, cursor.overlapSeconds * 1000) : at
    parameters.set(cursor.parameter, String(from))
  }
  return parameters
}

export interface Advanced {
  readonly position: Position
  /** Whether there is more now. */
  readonly more: boolean
  /** A full page brought the position no further: what follows it can never be reached. */
  readonly isStuck: boolean
}

/** Where polling goes on after a page of `count` items with these values. */
export function advance(
  { cursor: { by }, pageSize }: PollSettings,
  { at }: Position,
  { count, values }: { readonly count: number; readonly values: readonly (Json | undefined)[] }
): Advanced {
  const isFull = count >= pageSize
  if (by === 'page') return { position: { at: isFull ? Number(at) + 1 : at }, more: isFull, isStuck: false }
  const known = values.filter((value) => typeof value === 'string' || typeof value === 'number')
  const order = by === 'time' ? instantOf : numberOf
  const newest = known.reduce<string | number | undefined>(
    (found, value) => (found === undefined || isAfter(value, found, order) ? value : found),
    at
  )
  const hasMoved = newest !== at
  return { position: { at: newest }, more: isFull && hasMoved, isStuck: isFull && !hasMoved }
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

/** Numbers below this are seconds since 1970, others are milliseconds. */
const firstMilliseconds = 100_000_000_000

function instantOf(value: string | number): number {
  if (typeof value === 'string' && !/^\d+$/.test(value)) return Date.parse(value)
  const number = Number(value)
  return number < firstMilliseconds ? number * 1000 : number
}

/** The time `ms` before another, in the same form. */
function earlier(value: string | number, ms: number): string | number {
  const at = instantOf(value)
  if (ms === 0 || Number.isNaN(at)) return value
  if (typeof value === 'string' && !/^\d+$/.test(value)) return new Date(at - ms).toISOString()
  return Number(value) < firstMilliseconds ? Math.floor((at - ms) / 1000) : at - ms
}
