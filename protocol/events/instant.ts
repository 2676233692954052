const grammar = /^\d{4}-\d{2}-\d{2}T(\d{2}):(\d{2}):(\d{2})(?:\.\d{1,9})?(?:Z|[+-](\d{2}):(\d{2}))$/

/**
 * Whether a text is a time in RFC 3339 format with an existing date, seconds up to 59, and `Z` or an offset
 * with minutes. `Date.parse` also accepts other texts, some as another time than the sender's software.
 */
export function isInstant(text: string): boolean {
  const [, hour, minute, second, offsetHour, offsetMinute] = grammar.exec(text) ?? []
  return (
    dayAt(text) !== undefined &&
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
  return exactDay(text) !== undefined
}

function daysIn(year: number, month: number): number {
  if (month !== 2) return 30 + ((month + (month >> 3)) & 1)
  return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28
}

/**
 * The milliseconds of an instant exactly as `Date.prototype.toISOString` writes it; undefined for any other text.
 * Reads digit by digit, since it is asked of every instant in a payload.
 */
export function exactInstant(text: string): number | undefined {
  const day = text.length === 24 ? dayAt(text) : undefined
  const [hour, minute] = [numberAt(text, 11, 2), numberAt(text, 14, 2)]
  const [second, millisecond] = [numberAt(text, 17, 2), numberAt(text, 20, 3)]
  const isTime = hour <= 23 && minute <= 59 && second <= 59 && millisecond <= 999
  const isPunctuated =
    text[10] === 'T' && text[13] === ':' && text[16] === ':' && text[19] === '.' && text[23] === 'Z'
  if (day === undefined || !isTime || !isPunctuated) return undefined
  return day + ((hour * 60 + minute) * 60 + second) * 1000 + millisecond
}

/** The first millisecond of an existing date, `YYYY-MM-DD`, in UTC; undefined for any other text. */
export function exactDay(text: string): number | undefined {
  return text.length === 10 ? dayAt(text) : undefined
}

/** That of the first ten characters. */
function dayAt(text: string): number | undefined {
  const [year, month, day] = [numberAt(text, 0, 4), numberAt(text, 5, 2), numberAt(text, 8, 2)]
  const isDate = text[4] === '-' && text[7] === '-' && year <= 9999
  if (!isDate || month < 1 || month > 12 || day < 1 || day > daysIn(year, month)) return undefined
  return Date.UTC(year + 400, month - 1, day) - msOf400Years // `Date.UTC` adds 1900 to years before 100.
}

const msOf400Years = 146_097 * 86_400_000

/** The number that some digits are; infinite if one of them is none. */
function numberAt(text: string, at: number, count: number): number {
  let number = 0
  for (let end = at + count; at < end; at += 1) {
    const digit = text.charCodeAt(at) - 0x30
    if (!(digit >= 0 && digit <= 9)) return Number.POSITIVE_INFINITY
    number = 10 * number + digit
  }
  return number
}
