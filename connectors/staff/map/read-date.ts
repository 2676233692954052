/** Why a text is no date that can be used. */
export type DateProblem = 'impossible' | 'year-only' | 'month-only' | 'short-year' | 'unreadable'
/** `YYYY-MM-DD`, or what is wrong. */
export type ReadDate = { readonly date: string } | { readonly problem: DateProblem }

const months = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec']
const time = '(?:[T ]+\\d{1,2}:\\d{2}(?::\\d{2}(?:\\.\\d+)?)?(?: ?[AP]M| ?SA| ?CH)?)?'
const dayFirst = new RegExp(`^(\\d{1,2})\\s*[-/. ]\\s*(\\d{1,2})\\s*[-/. ]\\s*(\\d{4}|\\d{2})${time}$`, 'i')
const yearFirst = new RegExp(`^(\\d{4})[-/.](\\d{1,2})[-/.](\\d{1,2})${time}Z?$`, 'i')
const inWords = /^(?:ng[aà]y\s+)?(\d{1,2})\s+th[aá]ng\s+(\d{1,2})\s+n[aă]m\s+(\d{4})$/i
const englishMonth = /^(\d{1,2})[-/ ]([a-z]{3})[a-z]*[-/ ](\d{4}|\d{2})$/i
const monthOnly = /^(?:\d{1,2}[-/.]\d{4}|\d{4}[-/.]\d{1,2})$/
/** Days since the end of 1899, as spreadsheets store dates; from 1954 to 2064. */
const serial = /^[2-5]\d{4}$/
const serialZero = Date.UTC(1899, 11, 30)
const dayMs = 86_400_000

/** A date as staff lists have it: day first, always. */
export function readDate(given: string): ReadDate {
  const text = given.normalize('NFC').trim()
  if (serial.test(text)) return { date: isoOf(serialZero + Number(text) * dayMs) }
  if (/^\d{4}$/.test(text)) return { problem: 'year-only' }
  if (monthOnly.test(text)) return { problem: 'month-only' }
  const iso = yearFirst.exec(text)
  if (iso) return dateOf(iso[1], iso[2], iso[3])
  const english = englishMonth.exec(text)
  if (english) {
    const month = months.indexOf((english[2] ?? '').toLowerCase()) + 1
    return month === 0 ? { problem: 'unreadable' } : dateOf(english[3], String(month), english[1])
  }
  const [, day, month, year] = dayFirst.exec(text) ?? inWords.exec(text) ?? []
  return day === undefined ? { problem: 'unreadable' } : dateOf(year, month, day)
}

function dateOf(year = '', month = '', day = ''): ReadDate {
  if (year.length === 2) return { problem: 'short-year' }
  const [y, m, d] = [Number(year), Number(month), Number(day)]
  const at = Date.UTC(y, m - 1, d)
  const made = new Date(at)
  const isReal = made.getUTCFullYear() === y && made.getUTCMonth() === m - 1 && made.getUTCDate() === d
  return isReal && y >= 1900 && y < 2200 ? { date: isoOf(at) } : { problem: 'impossible' }
}

function isoOf(at: number): string {
  return new Date(at).toISOString().slice(0, 10)
}
