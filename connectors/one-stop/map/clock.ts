import type { JsonObject } from '#protocol/events/json.ts'
import { type Calendar, isWorkingDay } from '../../shared-formats/calendar/working-days.ts'
import type { ClockSettings } from '../settings.ts'
import { isFinished, isWorkedOn, supplementAsked } from './statuses.ts'

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
 * receipt does not count; where the desk promised another day for a supplement, only that of later ones does not.
 * `now` is in milliseconds since the epoch.
 */
export function judge(data: JsonObject, settings: ClockSettings, now: number): Judgement {
  const clock: Clock = { calendar: settings, hours: settings.hours.map(minutesOf), daysLeft: maxDays }
  const rounds = ((data.supplements ?? []) as unknown as readonly Listed[]).map(toRound)
  const minutes = minutesOfRounds(clock, rounds)
  const excluded = rounds.length === 0 ? {} : { supplementMinutes: Math.floor(minutes) }
  const last = lastPromise(rounds)
  const due = last
    ? plusMinutes(clock, last.promised, minutesOfRounds(clock, rounds.filter(isAfter(last))))
    : plusMinutes(clock, at(data.dueAt), minutes)
  if (due === undefined || clock.daysLeft <= 0) return {}
  const status = String(data.status)
  if (!isFinished(status)) {
    const isStopped = status === supplementAsked || (!isWorkedOn(status) && rounds.some(isOpen))
    return { ...excluded, overdue: !isStopped && now > due }
  }
  const end = at(data.finishedAt) ?? at(data.returnedAt) ?? at(data.refusedAt)
  return end === undefined
    ? excluded
    : { ...excluded, onTime: end <= due && rounds.length <= settings.maxSupplements }
}

/** A supplement round as a record lists it. */
interface Listed {
  readonly requestedAt?: string
  readonly receivedAt?: string
  readonly dueAt?: string
}

/** Its times in milliseconds since the epoch. */
interface Round {
  readonly from: number | undefined
  readonly to: number | undefined
  readonly promised: number | undefined
}

function toRound({ requestedAt, receivedAt, dueAt }: Listed): Round {
  return { from: at(requestedAt), to: at(receivedAt), promised: at(dueAt) }
}

function isOpen({ from, to }: Round): boolean {
  return from !== undefined && to === undefined
}

/** The round that was asked for last among those with a new deadline: desks list them in any order. */
function lastPromise(rounds: readonly Round[]): Round | undefined {
  return rounds
    .filter(({ promised }) => promised !== undefined)
    .reduce<Round | undefined>((last, round) => (last && isAfter(round)(last) ? last : round), undefined)
}

function isAfter({ from: one = 0 }: Round): (round: Round) => boolean {
  return ({ from = 0 }) => from > one
}

/** Working minutes of rounds. Those that overlap count once. */
function minutesOfRounds(clock: Clock, rounds: readonly Round[]): number {
  let minutes = 0
  let end = Number.NEGATIVE_INFINITY
  for (const { from, to } of rounds.toSorted((a, b) => (a.from ?? 0) - (b.from ?? 0))) {
    if (from === undefined || to === undefined || to <= end) continue
    minutes += minutesBetween(clock, Math.max(from, end), to)
    end = to
  }
  return minutes
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

function minutesBetween(clock: Clock, from: number, to: number): number {
  if (to <= from) return 0
  let minutes = 0
  for (let midnight = midnightOf(from); midnight < to + offsetMs && clock.daysLeft > 0; midnight += dayMs) {
    for (const [begin, end] of hoursOf(clock, midnight)) {
      const first = Math.max(begin, (from + offsetMs - midnight) / minuteMs)
      const last = Math.min(end, (to + offsetMs - midnight) / minuteMs)
      minutes += Math.max(0, last - first)
    }
  }
  return minutes
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
