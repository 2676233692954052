const onset = '(?:ngh?|nh|ch|gh|gi|kh|ph|qu|th|tr|[bcdđghklmnpqrstvx])?'
const rhyme = '[aăâeêioôơuưy]{1,3}(?:ch|ng|nh|[cmnpt])?'
const syllable = new RegExp(`^${onset}${rhyme}$`)
const tones = /[\u0300\u0301\u0303\u0309\u0323]/g

/** Whether a word with a letter beyond ASCII could be Vietnamese. */
function isSyllable(word: string): boolean {
  const spelt = word.toLowerCase().normalize('NFD')
  const count = spelt.match(tones)?.length ?? 0
  return count <= 1 && syllable.test(spelt.replaceAll(tones, '').normalize('NFC'))
}

/** Words with characters beyond ASCII, judged. Text in a wrong encoding has few that are Vietnamese syllables. */
export interface JudgedWords {
  /** From 0 to 1; undefined if there are no such words. */
  readonly goodShare: number | undefined
  readonly wrong: number
}

export function judgeWords(text: string): JudgedWords {
  let words = 0
  let good = 0
  for (const [word] of text.matchAll(/[^\s!-@[-`{-~]+/gu)) {
    if (!/[^\0-\x7f]/.test(word)) continue
    words += 1
    if (isSyllable(word)) good += 1
  }
  return { goodShare: words === 0 ? undefined : good / words, wrong: words - good }
}
