/** Texts and formats of the console, which the command line uses too: it knows nothing of a page. */
import en from './en.js'
import { eventNames } from './event-names.js'
import vi from './vi.js'

/** @typedef {keyof typeof vi} Key */
/** @typedef {'vi' | 'en'} Language */
/** @typedef {{ [name: string]: string | number }} Values */

/** @type {Readonly<Record<Language, Readonly<Record<Key, string>>>>} */
const texts = { vi, en }

/** @typedef {ReturnType<typeof textsIn>} Texts */

/** @param {Language} language */
export function textsIn(language) {
  const known = texts[language]
  /** @param {Key} key @param {Values} [values] */
  const t = (key, values = {}) =>
    known[key].replace(/\{(\w+)\}/g, (whole, name) => String(values[name] ?? whole))
  return {
    language,
    t,
    /** The text of a code such as a state; the code itself where none is known. @param {string} group @param {string} code */
    label: (group, code) => {
      const key = `${group}.${code}`
      return Object.hasOwn(known, key) ? known[/** @type {Key} */ (key)] : code
    },
    /** What an event of a type says, in a few words; undefined for a type that is not shipped. @param {string} type */
    eventName: (type) => eventNames[type.replace(/\.v\d+$/, '')]?.[language],
    /** An instant to the minute. @param {string | undefined} time */
    time: (time) => (time === undefined ? '' : written(timeFormats[language], time)),
    /** An instant to the second. @param {string} time */
    exact: (time) => written(exactFormats[language], time),
    /** The time of day, to the second. @param {string} time */
    clock: (time) => written(clockFormats[language], time),
    /** How long ago. @param {string} time */
    ago: (time) => ago(Date.parse(time) - Date.now(), agoFormats[language]),
    /** @param {number} count */
    count: (count) => countFormats[language].format(count)
  }
}

/** What is no instant is shown as it is. @param {Intl.DateTimeFormat} format @param {string} time */
function written(format, time) {
  const at = Date.parse(time)
  return Number.isNaN(at) ? time : format.format(at)
}

const locales = { vi: 'vi-VN', en: 'en-GB' }
/** @template T @param {(locale: string) => T} make @returns {Record<Language, T>} */
const each = (make) => ({ vi: make(locales.vi), en: make(locales.en) })
/** Times are Vietnam's, as working hours are, wherever the reader or the machine is. */
const day = /** @type {const} */ ({
  timeZone: 'Asia/Ho_Chi_Minh',
  day: '2-digit',
  month: '2-digit',
  year: 'numeric'
})
/** @param {string} locale @param {Intl.DateTimeFormatOptions} [more] */
const clockAndDay = (locale, more) =>
  new Intl.DateTimeFormat(locale, {
    ...day,
    // In English a number for the month is read in two ways.
    ...(locale === locales.en ? { month: 'short' } : {}),
    ...{ hour: '2-digit', minute: '2-digit', ...more }
  })
const timeFormats = each((locale) => clockAndDay(locale))
const exactFormats = each((locale) => clockAndDay(locale, { second: '2-digit' }))
const clockFormats = each(
  (locale) => new Intl.DateTimeFormat(locale, { timeZone: day.timeZone, timeStyle: 'medium' })
)
const agoFormats = each((locale) => new Intl.RelativeTimeFormat(locale, { numeric: 'always' }))
const countFormats = each((locale) => new Intl.NumberFormat(locale))

/** @type {readonly [Intl.RelativeTimeFormatUnit, number][]} */
const units = [
  ['day', 86_400_000],
  ['hour', 3_600_000],
  ['minute', 60_000]
]

/** @param {number} ms @param {Intl.RelativeTimeFormat} format */
function ago(ms, format) {
  if (Number.isNaN(ms)) return '?'
  const [unit, length] = units.find(([, size]) => Math.abs(ms) >= size) ?? ['second', 1000]
  return format.format(Math.round(ms / length), unit)
}
