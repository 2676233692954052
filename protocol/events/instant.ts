const grammar = /^(\d{4})-(\d{2})-(\d{2})T(\d{2}):(\d{2}):(\d{2})(?:\.\d{1,9})?(?:Z|[+-](\d{2}):(\d{2}))$/
const dayGrammar = /^(\d{4})-(\d{2})-(\d{2})$/

/**
 * Whether a text is a time in RFC 3339 format with an existing date, seconds up to 59, and `Z` or an offset
 * with minutes. `Date.parse` also accepts other texts, some as another time than the sender's software.
 */
export function isInstant(text: string): boolean {
  const [, year, month, day, hour, minute, second, offsetHour, offsetMinute] = grammar.exec(text) ?? []
  return (
    isInCalendar(year, month, day) &&
    Number(hour) <= 23 &&
    Number(minute) <= 59 &&
    Number(second) <= 59 &&
    Number(offsetHour ?? 0) <= 23 &&
    Number(offsetMinute ?? 0) <= 59
  )
}

/** Such a time in milliseconds since the epoch; undefined for any other text. */
export function parseInstant(text: string): number | undefined {
  return isInstant(text) ? Date.parse(text) : undefined
}

/**
 * The milliseconds of a text that is known to be an instant, such as one that the bus wrote or has checked; NaN for any
 * other text, which compares as neither before nor after.
 */
export function instantMs(text: string): number {
  return parseInstant(text) ?? Number.NaN
}

/** Whether a text is an existing date, `YYYY-MM-DD`. */
export function isDay(text: string): boolean {
  const [, year, month, day] = dayGrammar.exec(text) ?? []
  return isInCalendar(year, month, day)
}

function isInCalendar(year: string | undefined, month: string | undefined, day: string | undefined): boolean {
  if (Number(month) < 1 || Number(month) > 12 || Number(day) < 1) return false
  const sameCalendar = 2000 + (Number(year) % 400) // The calendar repeats; `Date.UTC` adds 1900 to years before 100.
  return Number(day) <= new Date(Date.UTC(sameCalendar, Number(month), 0)).getUTCDate()
}
