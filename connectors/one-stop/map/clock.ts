import { parseInstant } from '#protocol/events/instant.ts'
import type { JsonObject } from '#protocol/events/json.ts'
import { createWorkingClock, type WorkingClock } from '#protocol/timing/working-time.ts'
import type { ClockSettings } from '../settings.ts'
import { isFinished, isWorkedOn, supplementAsked } from './statuses.ts'

/** Days that are looked at for one dossier: dates from outside may be thousands of years apart. */
const maxDays = 4000

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
  const clock = createWorkingClock(settings, maxDays)
  const rounds = ((data.supplements ?? []) as unknown as readonly Listed[]).map(toRound)
  const minutes = minutesOfRounds(clock, rounds)
  const excluded = rounds.length === 0 ? {} : { supplementMinutes: Math.floor(minutes) }
  const last = lastPromise(rounds)
  const due = last
    ? plusMinutes(clock, last.promised, minutesOfRounds(clock, rounds.filter(isAfter(last))))
    : plusMinutes(clock, at(data.dueAt), minutes)
  if (due === undefined || clock.isSpent()) return {}
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
function minutesOfRounds(clock: WorkingClock, rounds: readonly Round[]): number {
  let minutes = 0
  let end = Number.NEGATIVE_INFINITY
  for (const { from, to } of rounds.toSorted((a, b) => (a.from ?? 0) - (b.from ?? 0))) {
    if (from === undefined || to === undefined || to <= end) continue
    minutes += clock.minutesBetween(Math.max(from, end), to)
    end = to
  }
  return minutes
}

function at(instant: unknown): number | undefined {
  return typeof instant === 'string' ? parseInstant(instant) : undefined
}

/** The instant so many working minutes later. */
function plusMinutes(clock: WorkingClock, from: number | undefined, minutes: number): number | undefined {
  return from === undefined ? undefined : clock.plusMinutes(from, minutes)
}
