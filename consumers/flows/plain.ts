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

/** An identifier as it is searched. PostgreSQL stores no NUL. */
export function plainKey(text: string): string {
  const oneLine = plain(text)
    .replace(/[\s\p{Cc}]+/gu, ' ')
    .trim()
  return oneLine.slice(0, maxKeyLength).toWellFormed()
}

/** Words as they are searched, by how they are written: there are few different syllables. */
const known = new Map<string, string>()
const maxKnown = 20_000

/** The different words of a text, as they are searched, in their order. */
export function wordsOf(text: string, max: number): readonly string[] {
  const found = new Set<string>()
  for (const [written] of text.normalize('NFC').matchAll(words)) {
    found.add(known.get(written) ?? remembered(written))
    if (found.size === max) break
  }
  return [...found]
}

function remembered(written: string): string {
  const word = plain(written).slice(0, maxWordLength).toWellFormed()
  if (known.size >= maxKnown) known.clear()
  if (written.length <= maxWordLength) known.set(written, word)
  return word
}
