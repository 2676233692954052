/** Exceptions from the normal week, as `YYYY-MM-DD`. */
export interface Calendar {
  /** Public holidays on weekdays. */
  readonly holidays: readonly string[]
  /** Weekend days that are worked. */
  readonly makeUpDays: readonly string[]
}

/**
 * The latest time to send a document: noon of the working day after it was signed, in Vietnam's time
 * (Decision 28/2018/QĐ-TTg, article 6). `signedOn` is `YYYY-MM-DD`.
 */
export function sendDeadline(signedOn: string, calendar: Calendar): string {
  let day = signedOn
  do day = dayAfter(day)
  while (day < lastDay && !isWorkingDay(day, calendar))
  return `${day}T05:00:00.000Z` // Noon at UTC+7.
}

export function isWorkingDay(day: string, { holidays, makeUpDays }: Calendar): boolean {
  const weekday = new Date(`${day}T00:00:00.000Z`).getUTCDay()
  const isWeekend = weekday === 0 || weekday === 6
  return isWeekend ? makeUpDays.includes(day) : !holidays.includes(day)
}

/** The last day that has a date of this form; some systems write it for *never*. */
const lastDay = '9999-12-31'

function dayAfter(day: string): string {
  if (day >= lastDay) return lastDay
  return new Date(Date.parse(`${day}T00:00:00.000Z`) + 86_400_000).toISOString().slice(0, 10)
}
