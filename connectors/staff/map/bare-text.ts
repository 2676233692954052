/** Words without case, diacritics and repeated spaces, for comparing names that people type. */
export function bareText(text: string): string {
  return text
    .normalize('NFD')
    .replaceAll(/\p{M}/gu, '')
    .replaceAll(/[\u0110\u0111\u00d0\u00f0]/g, 'd') // Đ, and Ð, which looks the same.
    .replaceAll(/[\s\u200b\ufeff]+/g, ' ')
    .trim()
    .toLowerCase()
}
