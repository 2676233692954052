/** The words of a text as they are searched: in lower case, without diacritics. */
export function wordsOf(text: string): readonly string[] {
  const plain = text
    .toLowerCase()
    .normalize('NFD')
    .replace(/\p{M}+/gu, '')
    .replaceAll('đ', 'd')
  return plain.match(/[\p{L}\p{N}]+/gu) ?? []
}
