const maxWordLength = 40
const maxKeyLength = 200
const marks = /\p{M}+/gu
const words = /[\p{L}\p{N}]+/gu
const ascii = /^[\x20-\x7e]*$/
/** Most identifiers: in lower case they are as they are searched. */
const simpleKey = /^[\x21-\x7e]{0,200}$/

/** A text as it is searched: lower case, without diacritics. */
export function plain(text: string): string {
  const lower = text.toLowerCase()
  return ascii.test(lower) ? lower : lower.normalize('NFD').replace(marks, '').replaceAll('đ', 'd')
}

/** An identifier as it is searched. PostgreSQL stores no NUL. */
export function plainKey(text: string): string {
  if (simpleKey.test(text)) return text.toLowerCase()
  const oneLine = plain(text)
    .replace(/[\s\p{Cc}]+/gu, ' ')
    .trim()
  return oneLine.slice(0, maxKeyLength).toWellFormed()
}

const maxKnown = 20_000
const maxKnownLength = 100

/** A function that remembers what it made of short texts, of which few are different. */
export function remembered(make: (text: string) => string): (text: string) => string {
  const known = new Map<string, string>()
  return (text) => {
    const found = known.get(text)
    if (found !== undefined) return found
    const made = make(text)
    if (known.size >= maxKnown) known.clear()
    if (text.length <= maxKnownLength) known.set(text, made)
    return made
  }
}

const toWord = remembered((written) => plain(written).slice(0, maxWordLength).toWellFormed())

/** The different words of a text, as they are searched, in their order. */
export function wordsOf(text: string, max: number): readonly string[] {
  const found = new Set<string>()
  for (const written of text.normalize('NFC').match(words) ?? []) {
    found.add(toWord(written))
    if (found.size === max) break
  }
  return [...found]
}
