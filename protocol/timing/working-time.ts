import { isDay } from '../events/instant.ts'

/** Exceptions from the normal week, as `YYYY-MM-DD`. */
export interface Calendar {
  /** Public holidays on weekdays. */
  readonly holidays: readonly string[]
  /** Weekend days that are worked. */
  readonly makeUpDays: readonly string[]
}

/** A calendar with the hours of a working day in Vietnam's time, in order: `07:30-11:30`. */
export interface WorkingHours extends Calendar {
  readonly hours: readonly string[]
}

/** Counts working time between instants, in milliseconds since the epoch. */
export interface WorkingClock {
  minutesBetween(from: number, to: number): number
  /** The instant so many working minutes later; undefined if it is not found within the days left. */
  plusMinutes(from: number, minutes: number): number | undefined
  /** Whether it may look at no more days: what it counted last may be too little. */
  isSpent(): boolean
}

const dayMs = 86_400_000
const minuteMs = 60_000
/** Vietnam keeps UTC+7 all year. */
const offsetMs = 7 * 3_600_000

export function isWorkingDay(day: string, { holidays, makeUpDays }: Calendar): boolean {
  const weekday = new Date(`${day}T00:00:00.000Z`).getUTCDay()
  const isWeekend = weekday === 0 || weekday === 6
  return isWeekend ? makeUpDays.includes(day) : !holidays.includes(day)
}

type Hours = readonly (readonly [from: number, to: number])[]

/** Working minutes of days, counted from their midnights: the same days are looked at for many instants. */
const knownDays = new WeakMap<WorkingHours, Map<number, Hours>>()
const maxKnownDays = 10_000

function hoursOn(midnight: number, settings: WorkingHours): Hours {
  const known = knownDays.get(settings) ?? new Map<number, Hours>()
  const found = known.get(midnight)
  if (found) return found
  const day = new Date(midnight).toISOString().slice(0, 10)
  const hours = isWorkingDay(day, settings) ? settings.hours.map(minutesOf) : []
  if (known.size >= maxKnownDays) known.clear()
  knownDays.set(settings, known.set(midnight, hours))
  return hours
}

/** Looks at no more than `maxDays` days in all, since instants from outside may be thousands of years apart. */
export function createWorkingClock(settings: WorkingHours, maxDays: number): WorkingClock {
  let daysLeft = maxDays

  const hoursOf = (midnight: number): Hours => {
    daysLeft -= 1
    return hoursOn(midnight, settings)
  }

  return {
    minutesBetween(from, to) {
      if (to <= from) return 0
      let minutes = 0
      for (let midnight = midnightOf(from); midnight < to + offsetMs && daysLeft > 0; midnight += dayMs) {
        for (const [begin, end] of hoursOf(midnight)) {
          const first = Math.max(begin, (from + offsetMs - midnight) / minuteMs)
          const last = Math.min(end, (to + offsetMs - midnight) / minuteMs)
          minutes += Math.max(0, last - first)
        }
      }
      return minutes
    },

    plusMinutes(from, minutes) {
      if (minutes === 0) return from
      let left = minutes
      for (let midnight = midnightOf(from); daysLeft > 0; midnight += dayMs) {
        for (const [begin, end] of hoursOf(midnight)) {
          const first = Math.max(begin, (from + offsetMs - midnight) / minuteMs)
          if (end - first >= left) return midnight + (first + left) * minuteMs - offsetMs
          left -= Math.max(0, end - first)
        }
      }
      return undefined
    },

    isSpent: () => daysLeft <= 0
  }
}

/** Of working hours, those that end before they begin, or begin before the ones before them end. */
export function unorderedHours(hours: readonly string[]): readonly string[] {
  return hours.filter((own, index) => {
    const [from, to] = minutesOf(own)
    const [, before] = minutesOf(hours[index - 1] ?? '00:00-00:00')
    return to <= from || from < before
  })
}

/** Of days, those that no calendar has. */
export function unknownDays(days: readonly string[]): readonly string[] {
  return days.filter((day) => !isDay(day))
}

/** Midnight of the instant's day, on a clock that shows Vietnam's time. */
function midnightOf(instant: number): number {
  return Math.floor((instant + offsetMs) / dayMs) * dayMs
}

function minutesOf(hours: string): readonly [number, number] {
  const [from = 0, to = 0] = hours
    .split('-')
    .map((time) => Number(time.slice(0, 2)) * 60 + Number(time.slice(3)))
  return [from, to]
}
