import en from './en.js'
import { createContext, useContext } from './lib.js'
import vi from './vi.js'

/** @typedef {keyof typeof vi} Key */
/** @typedef {'vi' | 'en'} Language */
/** @typedef {{ [name: string]: string | number }} Values */

/** @type {Readonly<Record<Language, Readonly<Record<Key, string>>>>} */
const texts = { vi, en }

/** The language of the page, and how to change it. */
export const LanguageContext = createContext(
  /** @type {{ language: Language, change: (language: Language) => void }} */ ({
    language: 'vi',
    change: () => {}
  })
)

/** Vietnamese, unless the reader has chosen otherwise before. @returns {Language} */
export function storedLanguage() {
  try {
    return localStorage.getItem('language') === 'en' ? 'en' : 'vi'
  } catch {
    return 'vi' // The browser allows no storage.
  }
}

/** @param {Language} language */
export function storeLanguage(language) {
  try {
    localStorage.setItem('language', language)
  } catch {
    // It holds until the page is closed.
  }
}

/** Texts and formats in the reader's language. */
export function useTexts() {
  const { language } = useContext(LanguageContext)
  return textsIn(language)
}

/** @typedef {ReturnType<typeof textsIn>} Texts */

/** @param {Language} language */
function textsIn(language) {
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
    /** An instant to the minute. @param {string | undefined} time */
    time: (time) => (time === undefined ? '' : timeFormats[language].format(new Date(time))),
    /** An instant to the second. @param {string} time */
    exact: (time) => exactFormats[language].format(new Date(time)),
    /** How long ago. @param {string} time */
    ago: (time) => ago(Date.parse(time) - Date.now(), agoFormats[language]),
    /** @param {number} count */
    count: (count) => countFormats[language].format(count)
  }
}

const locales = { vi: 'vi-VN', en: 'en-GB' }
/** @template T @param {(locale: string) => T} make @returns {Record<Language, T>} */
const each = (make) => ({ vi: make(locales.vi), en: make(locales.en) })
const timeFormats = each(
  (locale) => new Intl.DateTimeFormat(locale, { dateStyle: 'short', timeStyle: 'short' })
)
const exactFormats = each(
  (locale) => new Intl.DateTimeFormat(locale, { dateStyle: 'short', timeStyle: 'medium' })
)
const agoFormats = each((locale) => new Intl.RelativeTimeFormat(locale, { numeric: 'auto' }))
const countFormats = each((locale) => new Intl.NumberFormat(locale))

/** @type {readonly [Intl.RelativeTimeFormatUnit, number][]} */
const units = [
  ['day', 86_400_000],
  ['hour', 3_600_000],
  ['minute', 60_000]
]

/** @param {number} ms @param {Intl.RelativeTimeFormat} format */
function ago(ms, format) {
  const [unit, length] = units.find(([, size]) => Math.abs(ms) >= size) ?? ['second', 1000]
  return format.format(Math.round(ms / length), unit)
}
