import { createContext, useContext } from './lib.js'
import { textsIn } from './texts.js'

/** @typedef {import('./texts.js').Key} Key */
/** @typedef {import('./texts.js').Language} Language */

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
