import type { Language } from '#protocol/errors/faults.ts'
import { type TextsOf, textsFrom } from './texts.ts'

/** Texts of the commands about single events and their attachments. */
const texts = {
  vi: {
    'type.unknown':
      'Không có loại sự kiện {type} trong bản phát hành này. {near}Xem mọi loại bằng `lienthong sample`.',
    'type.near': 'Có phải: {types}? ',
    'sender.malformed':
      '{name} không phải hệ thống của một cơ quan nên không gửi sự kiện được. Hãy dùng --as như 000.00.91.H03.qlvb.',
    'recipient.malformed': '{name} không phải mã cơ quan. Hãy dùng --to như 000.00.92.H03.'
  },
  en: {
    'type.unknown': 'This release has no event type {type}. {near}List all types with `lienthong sample`.',
    'type.near': 'Did you mean {types}? ',
    'sender.malformed':
      '{name} is not a system of an agency, so it cannot send events. Use --as like 000.00.91.H03.qlvb.',
    'recipient.malformed': '{name} is not the code of an agency. Use --to like 000.00.92.H03.'
  }
} as const satisfies Record<Language, object>

export type EventText = keyof typeof texts.vi

/** The texts in a language. */
export function eventTextsIn(language: Language): TextsOf<EventText> {
  return textsFrom(texts, language)
}
