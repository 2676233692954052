import { type Command, Option } from 'commander'
import type { Language } from '#protocol/errors/faults.ts'
import { environment } from '#runtime/environment.ts'
import type { ConnectFlags } from './connect.ts'

/** Flags of a command that uses a gateway and answers in a language. */
export interface LanguageFlags extends ConnectFlags {
  readonly lang: Language
}

/** The language that texts are printed in: that of the environment, or Vietnamese. */
export function withLanguage(command: Command): Command {
  const { LC_ALL, LC_MESSAGES, LANG } = environment
  const isEnglish = /^en/i.test(LC_ALL || LC_MESSAGES || LANG || '')
  return command.addOption(
    new Option('--lang <language>', 'language of the texts; by default that of LANG')
      .choices(['vi', 'en'])
      .default(isEnglish ? 'en' : 'vi')
  )
}
