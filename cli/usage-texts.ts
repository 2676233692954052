import type { Language } from '#protocol/errors/faults.ts'
import { type TextsOf, textsFrom } from '#protocol/errors/texts.ts'

/** Texts for commands that are typed wrongly. `{help}` is the command that lists what there is. */
const texts = {
  vi: {
    'option.unknown': 'Không có cờ {name}. {near}Xem các cờ bằng `{help}`.',
    'command.unknown': 'Không có lệnh {name}. {near}Xem các lệnh bằng `{help}`.',
    near: 'Có phải: {words}? ',
    'argument.missing': 'Lệnh còn thiếu <{name}>. Xem cách dùng bằng `{help}`.',
    'value.missing': 'Cờ {name} cần một giá trị. Xem cách dùng bằng `{help}`.',
    'option.missing': 'Lệnh cần cờ {name}. Xem cách dùng bằng `{help}`.',
    'options.conflict': 'Không dùng cờ {name} cùng với {got}: hãy bỏ một trong hai.',
    'arguments.many': 'Lệnh có quá nhiều đối số: {name}. Xem cách dùng bằng `{help}`.',
    'value.invalid': 'Giá trị {got} của {name} không dùng được. {problem}Xem cách dùng bằng `{help}`.',
    choices: 'Chỉ nhận: {words}. '
  },
  en: {
    'option.unknown': 'There is no option {name}. {near}List the options with `{help}`.',
    'command.unknown': 'There is no command {name}. {near}List the commands with `{help}`.',
    near: 'Did you mean {words}? ',
    'argument.missing': 'The command needs <{name}>. See how with `{help}`.',
    'value.missing': 'The option {name} needs a value. See how with `{help}`.',
    'option.missing': 'The command needs the option {name}. See how with `{help}`.',
    'options.conflict': 'The options {name} and {got} cannot be used together: leave one of them out.',
    'arguments.many': 'The command has too many arguments: {name}. See how with `{help}`.',
    'value.invalid': 'The value {got} of {name} cannot be used. {problem}See how with `{help}`.',
    choices: 'It must be one of: {words}. '
  }
} as const satisfies Record<Language, object>

export type UsageText = keyof typeof texts.vi

export function usageTextsIn(language: Language): TextsOf<UsageText> {
  return textsFrom(texts, language)
}
