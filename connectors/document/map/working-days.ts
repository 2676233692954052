import { instantMs } from '#protocol/events/instant.ts'
import { type Calendar, isWorkingDay } from '#protocol/timing/working-time.ts'

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

/** The last day that has a date of this form; some systems write it for *never*. */
const lastDay = '9999-12-31'

function dayAfter(day: string): string {
  if (day >= lastDay) return lastDay
  return new Date(instantMs(`${day}T00:00:00.000Z`) + 86_400_000).toISOString().slice(0, 10)
}
