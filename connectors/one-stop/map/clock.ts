import type { JsonObject } from '#protocol/events/json.ts'
import { type Calendar, isWorkingDay } from '../../shared-formats/calendar/working-days.ts'
import type { ClockSettings } from '../settings.ts'
import { isFinished, supplementAsked } from './statuses.ts'

const dayMs = 86_400_000
const minuteMs = 60_000
/** Vietnam keeps UTC+7 all year. */
const offsetMs = 7 * 3_600_000
/** Days that are looked at for one dossier: dates from outside may be thousands of years apart. */
const maxDays = 4000

/** Working minutes of a day, counted from midnight. */
type Hours = readonly (readonly [number, number])[]

interface Clock {
  readonly calendar: Calendar
  readonly hours: Hours
  daysLeft: number
}

/** What is said of a deadline. Nothing where it is not known, or not to be computed. */
export interface Judgement {
  readonly onTime?: boolean
  readonly overdue?: boolean
  readonly supplementMinutes?: number
}

/**
 * Judges a dossier by the deadline that its desk promised. The time between a request for a supplement and its
 * receipt does not count, unless the desk promised another day for it. `now` is in milliseconds since the epoch.
 */
export function judge(data: JsonObject, settings: ClockSettings, now: number): Judgement {
  const clock: Clock = { calendar: settings, hours: settings.hours.map(minutesOf), daysLeft: maxDays }
  const rounds = (data.supplements ?? []) as unknown as readonly Round[]
  const supplementMinutes = rounds.reduce(
    (sum, { requestedAt, receivedAt }) => sum + minutesBetween(clock, at(requestedAt), at(receivedAt)),
    0
  )
  const promised = at(rounds.findLast(({ dueAt }) => dueAt !== undefined)?.dueAt)
  const due = promised ?? plusMinutes(clock, at(data.dueAt), supplementMinutes)
  if (due === undefined || clock.daysLeft <= 0) return {}
  const excluded = rounds.length === 0 ? {} : { supplementMinutes }
  const status = String(data.status)
  if (!isFinished(status)) {
    const isStopped = status === supplementAsked || rounds.some(isOpen)
    return { ...excluded, overdue: !isStopped && now > due }
  }
  const end = at(data.finishedAt) ?? at(data.returnedAt) ?? at(data.refusedAt)
  return end === undefined
    ? excluded
    : { ...excluded, onTime: end <= due && rounds.length <= settings.maxSupplements }
}

interface Round {
  readonly requestedAt?: string
  readonly receivedAt?: string
  readonly dueAt?: string
}

function isOpen({ requestedAt, receivedAt }: Round): boolean {
  return requestedAt !== undefined && receivedAt === undefined
}

function at(instant: unknown): number | undefined {
  return typeof instant === 'string' ? Date.parse(instant) : undefined
}

function minutesOf(hours: string): readonly [number, number] {
  const [from = 0, to = 0] = hours
    .split('-')
    .map((time) => Number(time.slice(0, 2)) * 60 + Number(time.slice(3)))
  return [from, to]
}

function minutesBetween(clock: Clock, from: number | undefined, to: number | undefined): number {
  if (from === undefined || to === undefined || to <= from) return 0
  let minutes = 0
  for (let midnight = midnightOf(from); midnight < to + offsetMs && clock.daysLeft > 0; midnight += dayMs) {
    for (const [begin, end] of hoursOf(clock, midnight)) {
      const first = Math.max(begin, (from + offsetMs - midnight) / minuteMs)
      const last = Math.min(end, (to + offsetMs - midnight) / minuteMs)
      minutes += Math.max(0, last - first)
    }
  }
  return Math.floor(minutes)
}

/** The instant so many working minutes later. */
function plusMinutes(clock: Clock, from: number | undefined, minutes: number): number | undefined {
  if (from === undefined || minutes === 0) return from
  let left = minutes
  for (let midnight = midnightOf(from); clock.daysLeft > 0; midnight += dayMs) {
    for (const [begin, end] of hoursOf(clock, midnight)) {
      const first = Math.max(begin, (from + offsetMs - midnight) / minuteMs)
      if (end - first >= left) return midnight + (first + left) * minuteMs - offsetMs
      left -= Math.max(0, end - first)
    }
  }
  return undefined
}

/** Midnight of the instant's day, on a clock that shows Vietnam's time. */
function midnightOf(instant: number): number {
  return Math.floor((instant + offsetMs) / dayMs) * dayMs
}

function hoursOf(clock: Clock, midnight: number): Hours {
  clock.daysLeft -= 1
  const day = new Date(midnight).toISOString().slice(0, 10)
  return isWorkingDay(day, clock.calendar) ? clock.hours : []
}
