const maxWordLength = 40
const maxKeyLength = 200
const marks = /\p{M}+/gu
const words = /[\p{L}\p{N}]+/gu
const ascii = /^[\x20-\x7e]*$/

/** A text as it is searched: lower case, without diacritics. */
export function plain(text: string): string {
  const lower = text.toLowerCase()
  return ascii.test(lower) ? lower : lower.normalize('NFD').replace(marks, '').replaceAll('đ', 'd')
}

/** An identifier as it is searched. */
export function plainKey(text: string): string {
  return plain(text).trim().replace(/\s+/g, ' ').slice(0, maxKeyLength).toWellFormed()
}

/** The different words of a text, plain, in their order. */
export function wordsOf(text: string, max: number): readonly string[] {
  const found = new Set<string>()
  for (const [word] of plain(text).matchAll(words)) {
    found.add(word.slice(0, maxWordLength).toWellFormed())
    if (found.size === max) break
  }
  return [...found]
}
