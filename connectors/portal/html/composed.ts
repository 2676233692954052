import { isComposable, maxMarks } from '#protocol/events/composed-text.ts'

const surplus = new RegExp(`(\\p{M}{${maxMarks}})\\p{M}+`, 'gu')

/** A text in NFC. Of a run of combining marks that no language writes, the first remain: composing all would take long. */
export function composed(text: string): string {
  return (isComposable(text) ? text : text.replaceAll(surplus, '$1')).normalize('NFC')
}

/** Characters that events do not carry: those that are not seen or turn the direction, and control characters. */
export function withoutControls(text: string): string {
  return text
    .replaceAll(/[\u202a-\u202e\u2066-\u2069]|\p{Noncharacter_Code_Point}/gu, '')
    .replaceAll(/[\0-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]/g, ' ')
    .toWellFormed()
}
