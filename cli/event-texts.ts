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
    'recipient.malformed': '{name} không phải mã cơ quan. Hãy dùng --to như 000.00.92.H03.',
    'event.unknown':
      'Không có sự kiện nào có mã băm {hash} mà hệ thống của bạn được đọc: chỉ bên gửi và bên nhận được đọc. Xem các bước của vụ việc bằng `lienthong flow`.',
    'event.unknownId':
      'Không có sự kiện {id} của {source} mà hệ thống của bạn được đọc. Nếu hệ thống khác đã gửi, hãy ghi hệ thống đó bằng --source, hoặc dùng mã băm của sự kiện.'
  },
  en: {
    'type.unknown': 'This release has no event type {type}. {near}List all types with `lienthong sample`.',
    'type.near': 'Did you mean {types}? ',
    'sender.malformed':
      '{name} is not a system of an agency, so it cannot send events. Use --as like 000.00.91.H03.qlvb.',
    'recipient.malformed': '{name} is not the code of an agency. Use --to like 000.00.92.H03.',
    'event.unknown':
      'There is no event with the hash {hash} that your system may read: only its sender and its recipients may. See the steps of a case with `lienthong flow`.',
    'event.unknownId':
      'There is no event {id} of {source} that your system may read. If another system sent it, name that system with --source, or use the hash of the event.'
  }
} as const satisfies Record<Language, object>

export type EventText = keyof typeof texts.vi

/** The texts in a language. */
export function eventTextsIn(language: Language): TextsOf<EventText> {
  return textsFrom(texts, language)
}
