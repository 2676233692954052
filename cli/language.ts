import { type Command, Option } from 'commander'
import type { Language } from '#protocol/errors/faults.ts'
import { environment } from '#runtime/environment.ts'
import type { ConnectFlags } from './connect.ts'

/** Flags of a command that uses a gateway and answers in a language. */
export interface LanguageFlags extends ConnectFlags {
  readonly lang: Language
}

const languages = ['vi', 'en'] as const

/** The language of the environment, or Vietnamese. */
function defaultLanguage(): Language {
  const { LC_ALL, LC_MESSAGES, LANG } = environment
  return /^en/i.test(LC_ALL || LC_MESSAGES || LANG || '') ? 'en' : 'vi'
}

/** `--lang`: the language that texts are printed in. */
export function withLanguage(command: Command): Command {
  return command.addOption(
    new Option('--lang <language>', 'language of the texts of errors and answers; by default that of LANG')
      .choices(languages)
      .default(defaultLanguage())
  )
}

/** The language that a command line asks for, also where the rest of it is wrong. */
export function languageOf(words: readonly string[]): Language {
  const at = words.findIndex((word) => /^--lang(?:=|$)/.test(word))
  const asked = words[at]?.split('=')[1] ?? words[at + 1]
  return languages.find((one) => at >= 0 && one === asked) ?? defaultLanguage()
}
