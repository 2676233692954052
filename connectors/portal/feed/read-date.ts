import { isFiller, isWeekday, isZone, monthOf, namedOffset, zoneOffset } from './date-words.ts'

interface Day {
  readonly year: number
  readonly month: number
  readonly day: number
}

interface Clock {
  readonly ms: number
  /** What stands before and after it. */
  readonly before: string
  readonly after: string
}

/** Longest text that is tried: comments included, no date is longer. */
const longest = 200

/**
 * Reads a date as portals write it, in milliseconds since the epoch. `zone` is the one of a date that names none.
 * Undefined for what is no date: it never becomes the epoch or the present.
 */
export function readDate(given: string, zone: string): number | undefined {
  const line = given.replaceAll(/[\s|]+/g, ' ').trim()
  if (line === '' || line.length > longest) return undefined
  const text = inUsualForm(withoutComments(line.normalize('NFC')))
  const number = readNumber(text, zone)
  if (number !== null) return number
  const clock = findClock(text)
  if (clock === null) return undefined
  const offset = findOffset(clock ? clock.after : text, clock !== undefined)
  if (!offset) return undefined
  const dayText = clock ? `${clock.before} ${offset.rest}` : offset.rest
  const day = findDay(dayText)
  if (!day || isPlaceholder(day)) return undefined
  const local = utcOf(day)
  if (local === undefined) return undefined
  const localMs = local + (clock?.ms ?? 0)
  return localMs - (offset.minutes ?? zoneOffset(offset.zone ?? zone, localMs)) * 60_000
}

/** Comments of RFC 822, which may be nested, and contain `\)`. */
function withoutComments(text: string): string {
  if (/^\/Date\(/.test(text)) return text
  // A label in front, as on news pages, and a zone in brackets, which is no comment.
  let inner = text
    .replace(/^[([](.*)[)\]]$/, '$1')
    .replace(/^\p{L}[\p{L} ]*:\s/u, '')
    .replace(/\(((?:GMT|UTC)[+-][\d:]{1,5})\)/i, ' $1')
  for (let before = ''; inner !== before; ) {
    before = inner
    inner = inner.replace(/\((?:[^()\\]|\\.)*\)/g, ' ')
  }
  return inner.trim()
}

/** Forms that say the same in other words: ISO 8601 without signs or minutes, four digits as a time, a zone said twice. */
function inUsualForm(text: string): string {
  return text
    .replace(
      /^(\d{4})(\d{2})(\d{2})T(\d{2})(\d{2})(\d{2})?(?=$|[Z.,+\s-])/i,
      (_, y, mo, d, h, mi, s = '00') => {
        return `${y}-${mo}-${d}T${h}:${mi}:${s}`
      }
    )
    .replace(/^(\d{4}-\d{2}-\d{2}T\d{2})(?=$|Z|[+-]\d)/i, '$1:00')
    .replace(/^(\d{4})-?(\d{3})(?=$|T)/, (whole, year, day) => dayOfYear(Number(year), Number(day)) ?? whole)
    .replace(/^(\d{2})(\d{2})(\d{2})$/, (_, year, month, day) => `${fullYear(year)}-${month}-${day}`)
    .replace(/^(.*\p{L}{3,}\.? \d{2,4} \d{2})(\d{2} (?:[A-Z]{1,4}|[+-]\d{4}))$/u, '$1:$2')
    .replace(/([+-]\d{2}:?\d{2}) ?(?:\[[\w/]+\]|(?:UTC|GMT|ICT)$)/, '$1')
    .replace(/\[([\w/]+)\]$/, ' $1')
    .replace(/SE Asia Standard Time/i, 'ICT')
    .replace(
      /(오전|오후) (\d{1,2}:\d{2}(?::\d{2})?)/,
      (_, half, clock) => `${clock} ${half === '오전' ? 'AM' : 'PM'}`
    )
}

/** A day that is counted through its year, as a date; undefined if the year has none of that number. */
function dayOfYear(year: number, day: number): string | undefined {
  const date = new Date(Date.UTC(year, 0, day))
  return day > 0 && date.getUTCFullYear() === year ? date.toISOString().slice(0, 10) : undefined
}

/** Days from the beginning of spreadsheets to the epoch. */
const spreadsheetDays = 25_569
const dayMs = 86_400_000

/** Dates that are numbers: seconds, milliseconds, digits in a row, days of a spreadsheet. Null: it is no number. */
function readNumber(text: string, zone: string): number | undefined | null {
  const [, json] = /^\/Date\((-?\d{1,15})(?:[+-]\d{4})?\)\/$/.exec(text) ?? []
  if (json !== undefined) return Number(json)
  if (/^\d{10}$/.test(text)) return Number(text) * 1000
  if (/^\d{13}$/.test(text)) return Number(text)
  if (/^[2-9]\d{4}[.,]\d{1,15}$/.test(text)) {
    const localMs = Math.round((Number(text.replace(',', '.')) - spreadsheetDays) * 86_400) * 1000
    return localMs - zoneOffset(zone, localMs) * 60_000
  }
  const [, y, mo, d, h, mi, s = '00'] = /^(\d{4})(\d{2})(\d{2})(?:(\d{2})(\d{2})(\d{2})?)?$/.exec(text) ?? []
  if (y === undefined) return /^\d+$/.test(text) && text.length !== 4 ? undefined : null
  return readDate(`${y}-${mo}-${d}${h === undefined ? '' : ` ${h}:${mi}:${s}`}`, zone)
}

const clockPattern =
  /(?<![\d:])(\d{1,2})(?::|\s?h\s?|\s?giờ\s?)(\d{1,2})(?:(?::|\s?phút\s?)(\d{1,2})(?:[.,]\d+)?)?(?![\d:/])(?:\s?phút)?\s*(?:(a\.?m|p\.?m|SA|CH|sáng|trưa|chiều|tối)(?![\p{L}])\.?)?/iu
const hourPattern = /(?<![\d:])(\d{1,2})(?:h|\s?giờ)(?![\p{L}\d:])\s*(?:(sáng|trưa|chiều|tối)(?![\p{L}]))?/iu

/** The time of day. Undefined if there is none; null if it is not one. */
function findClock(text: string): Clock | undefined | null {
  const found = clockPattern.exec(text) ?? onTheHour(text)
  if (!found) return /\d:\d/.test(text) ? null : undefined
  const [whole, hour = '', minute = '', second = '0', half] = found
  let hours = Number(hour)
  if (half !== undefined) {
    const isAfternoon = /^(?:p|ch|chi|tố)/i.test(half) || (/^tr/i.test(half) && (hours < 10 || hours === 12))
    if (hours > 12 && !isAfternoon) return null
    if (hours <= 12) hours = (hours % 12) + (isAfternoon ? 12 : 0)
  }
  const isEnd = hours === 24 && Number(minute) === 0 && Number(second) === 0
  if ((hours > 23 && !isEnd) || Number(minute) > 59 || Number(second) > 60) return null
  return {
    ms: ((hours * 60 + Number(minute)) * 60 + Number(second)) * 1000,
    before: text.slice(0, found.index).replace(/(\d)T$/, '$1'),
    after: text.slice(found.index + whole.length)
  }
}

/** A time that names its hour alone, such as `8 giờ`. */
function onTheHour(text: string): RegExpExecArray | null {
  const found = hourPattern.exec(text)
  if (found) found.splice(2, 1, '00', '00', found[2] as string)
  return found
}

const offsetPattern = /^\s*(?:GMT|UTC|UT)?\s?([+-])\s?(\d{1,2})(?::?(\d{2}))?(?![\d:])\s*Z?(?![\p{L}\d])/iu

interface Offset {
  readonly minutes: number | undefined
  /** An IANA zone that is named. */
  readonly zone?: string
  readonly rest: string
}

/** The furthest that clocks are from UTC, in minutes. */
const maxOffset = 14 * 60

/** The offset from UTC, right after the time or by name. Undefined if what stands there can be none. */
function findOffset(text: string, hasClock: boolean): Offset | undefined {
  const numbers = (hasClock ? offsetPattern : /(?<=\d{4}) ([+-])(\d{2})(\d{2})$/).exec(text)
  if (numbers) {
    const [whole, sign, hours, minutes = '0'] = numbers
    const total = Number(hours) * 60 + Number(minutes)
    if (total > maxOffset || Number(minutes) > 59) return undefined
    if (!hasClock) return { minutes: sign === '-' ? -total : total, rest: text.slice(0, numbers.index) }
    return { minutes: sign === '-' ? -total : total, rest: text.slice(whole.length) }
  }
  const iana = /(?<![\p{L}/])(?:Asia|Europe|America|Australia|Africa|Pacific)\/[A-Za-z_]+/u.exec(text)
  if (iana && isZone(iana[0])) return { minutes: undefined, zone: iana[0], rest: text.replace(iana[0], ' ') }
  for (const { 0: name, index } of text.matchAll(
    /(?<![\p{L}/])[A-Za-z]{1,4}(?:\/[A-Za-z]{2,4})?(?![\p{L}/])/gu
  )) {
    const minutes = namedOffset(name)
    const isDigitBefore = /\d\s*$/.test(text.slice(0, index)) || index <= 1
    if (minutes !== undefined && isDigitBefore) {
      return { minutes, rest: `${text.slice(0, index)} ${text.slice(index + name.length)}` }
    }
  }
  return { minutes: undefined, rest: text }
}

/** The day. A word before the first comma is a day of the week, in whatever language, unless the date needs it. */
function findDay(text: string): Day | undefined {
  const [lead] = /^\s*[^\d,]*[^\d,\s]\s*,/u.exec(text) ?? []
  return (lead === undefined ? undefined : dayIn(text.slice(lead.length))) ?? dayIn(text)
}

/** Whatever is left over must say nothing: a text that is understood in part only is no date. */
function dayIn(text: string): Day | undefined {
  const words = text
    .replace(/\b(?:thứ|thu)\s*[2-7]\b/iu, ' ')
    .replace(/^\s*th\.?\s?[2-7]\s*,/i, ' ')
    .replace(/(?<!\d)(\d{1,2})\s+-\s+(\d{1,2})\s+-\s+(\d{4})(?!\d)/, '$1-$2-$3')
    .replace(/(?<=^|\s)(\d{1,2})\.(?=\s\p{L})/u, '$1')
    .replace(/(?:tháng|thg|th)\s?(\d{1,2})(?!\d)/giu, ' /$1/ ')
    .replace(/tháng\s(\p{L}+(?:\s(?:một|hai))?)/giu, (whole, word) =>
      monthOf(word) ? `/${monthOf(word)}/` : whole
    )
    .replace(/(?<![\p{L}])(?:ngày|năm|năm:)(?![\p{L}])/giu, ' ')
    .replace(/(\d)(?:st|nd|rd|th)\b/gi, '$1')
    .replace(/(\d)[年년]\s?(\d{1,2})[月월]\s?(\d{1,2})[日일]/u, '$1-$2-$3')
    .replaceAll(/\s*\/\s*/g, '/')
    .trim()
  const numeric = /(?<![\d./-])(\d{1,4})([/.-])(\d{1,2})\2(\d{1,4})(?![\d./-])/.exec(words)
  if (numeric) return isSilent(words.replace(numeric[0], ' ')) ? ofNumbers(numeric) : undefined
  const short = /^(\d{4})(?:-(\d{2}))?$/.exec(words)
  if (short) return { year: Number(short[1]), month: Number(short[2] ?? 1), day: 1 }
  const spaced = /^(?:\p{L}+\.?\s)?(\d{1,2}) (\d{1,2}) (\d{4})$/u.exec(words)
  if (spaced) return { year: Number(spaced[3]), month: Number(spaced[2]), day: Number(spaced[1]) }
  return ofNames(words)
}

function ofNumbers([, first = '', , second = '', third = '']: RegExpExecArray): Day | undefined {
  if (first.length === 4) return { year: Number(first), month: Number(second), day: Number(third) }
  if (third.length < 2 || first.length > 2) return undefined
  const year = fullYear(third)
  // The day stands first, as in Viet Nam, unless that cannot be.
  const isMonthFirst = Number(second) > 12 && Number(first) <= 12
  return isMonthFirst
    ? { year, month: Number(first), day: Number(second) }
    : { year, month: Number(second), day: Number(first) }
}

/** Days whose month is a word, and Vietnamese ones such as `24 /9/ 2018`. */
function ofNames(words: string): Day | undefined {
  const vietnamese = /^(\d{1,2})\s*\/(\d{1,2})\/\s*(\d{4}|\d{2})$/.exec(words.replaceAll(',', ' ').trim())
  if (vietnamese)
    return ofNumbers(['', vietnamese[1], '/', vietnamese[2], vietnamese[3]] as unknown as RegExpExecArray)
  const monthFirst = /^\/(\d{1,2})\/\s*(\d{1,2})[\s,]+(\d{4})$/.exec(words.trim())
  if (monthFirst)
    return { year: Number(monthFirst[3]), month: Number(monthFirst[1]), day: Number(monthFirst[2]) }
  let month: number | undefined
  const numbers: string[] = []
  for (const token of words.split(/[\s,-]+/)) {
    if (/^\d+$/.test(token)) numbers.push(token)
    else if (token !== '' && month === undefined && isMonthHere(token, numbers)) month = monthOf(token)
    else if (token !== '' && !isWeekday(token) && !isFiller(token)) return undefined
  }
  const [first = '', second = ''] = numbers
  if (month === undefined || numbers.length !== 2) return undefined
  if (first.length === 4) return { year: Number(first), month, day: Number(second) }
  if (first.length > 2 || second.length < 2 || second.length > 4) return undefined
  return { year: fullYear(second), month, day: Number(first) }
}

/** A word before any number may be a day of the week that is spelt like a month: `mar 3 déc`. */
function isMonthHere(token: string, numbers: readonly string[]): boolean {
  return (
    monthOf(token) !== undefined && (numbers.length > 0 || !isWeekday(token) || /^(?:mar|may)/i.test(token))
  )
}

function isSilent(rest: string): boolean {
  return rest
    .split(/[\s,;–—-]+/)
    .every((token) => token === '' || token === '.' || isWeekday(token) || isFiller(token))
}

function fullYear(text: string): number {
  const year = Number(text)
  if (text.length > 2) return year
  return year < 50 ? 2000 + year : 1900 + year
}

/** Midnight UTC of a day that exists. */
function utcOf({ year, month, day }: Day): number | undefined {
  const date = new Date(0)
  date.setUTCFullYear(year, month - 1, day)
  return date.getUTCMonth() === month - 1 && date.getUTCDate() === day ? date.getTime() : undefined
}

/** What databases hold where there is no date. */
function isPlaceholder({ year, month, day }: Day): boolean {
  return year <= 1 || (year === 1900 && month === 1 && day === 1) || (year === 1899 && month === 12)
}

/** The span within which a date can be that of an article: others order nothing. */
export function isPlausible(ms: number, now: number): boolean {
  return ms >= Date.UTC(1990, 0, 1) && ms <= now + 2 * dayMs
}
