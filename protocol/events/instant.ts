const grammar = /^(\d{4})-(\d{2})-(\d{2})T(\d{2}):(\d{2}):(\d{2})(?:\.\d{1,9})?(?:Z|[+-](\d{2}):(\d{2}))$/
const dayGrammar = /^(\d{4})-(\d{2})-(\d{2})$/

/**
 * Whether a text from outside is an instant of RFC 3339: a day of the calendar,
 * seconds to 59, and `Z` or an offset with minutes. Whatever else `Date.parse`
 * takes, or reads as another time than the sender's own software, is none.
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

/** An instant from outside, milliseconds since the epoch; undefined for any other text. */
export function parseInstant(text: string): number | undefined {
  return isInstant(text) ? Date.parse(text) : undefined
}

/** Whether a text is a day of the calendar, `YYYY-MM-DD`. */
export function isDay(text: string): boolean {
  const [, year, month, day] = dayGrammar.exec(text) ?? []
  return isInCalendar(year, month, day)
}

function isInCalendar(year: string | undefined, month: string | undefined, day: string | undefined): boolean {
  if (Number(month) < 1 || Number(month) > 12 || Number(day) < 1) return false
  const sameCalendar = 2000 + (Number(year) % 400) // `Date.UTC` takes years before 100 for others.
  return Number(day) <= new Date(Date.UTC(sameCalendar, Number(month), 0)).getUTCDate()
}
