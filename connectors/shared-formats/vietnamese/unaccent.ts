/** Letters that stand for a Latin letter and have no decomposition; look-alikes of đ are typed in its place. */
const single: Readonly<Record<string, string>> = {
  ...{ đ: 'd', ð: 'd', ɖ: 'd', Đ: 'D', Ð: 'D', Ɖ: 'D' },
  ...{ ƀ: 'b', Ƀ: 'B', ø: 'o', Ø: 'O', ł: 'l', Ł: 'L', ß: 'ss', æ: 'ae', Æ: 'AE', œ: 'oe', Œ: 'OE' }
}
const singleLetters = new RegExp(`[${Object.keys(single).join('')}]`, 'gu')

/** Compatibility forms of letters, such as the ligatures of a PDF and full-width letters. Others keep their look. */
const letterForms = /[\uFB00-\uFB06\uFF01-\uFF5E]/gu

/** Text without diacritics, đ as d. What is no Latin letter stays as it is. */
export function unaccent(text: string): string {
  return text
    .replaceAll(letterForms, (form) => form.normalize('NFKC'))
    .normalize('NFD')
    .replaceAll(/(\p{Script=Latin})\p{M}+/gu, '$1')
    .normalize('NFC')
    .replaceAll(singleLetters, (letter) => single[letter] ?? letter)
}
