import { isComposable, maxMarks } from '#protocol/events/composed-text.ts'

const surplus = new RegExp(`(\\p{M}{${maxMarks}})\\p{M}+`, 'gu')

/** A text in NFC. Of a run of combining marks that no language writes, the first remain: composing all would take long. */
export function composed(text: string): string {
  return (isComposable(text) ? text : text.replaceAll(surplus, '$1')).normalize('NFC')
}
