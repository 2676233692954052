import type { Command } from 'commander'
import type { Language } from '#protocol/errors/faults.ts'
import { warn } from '#runtime/output.ts'
import { commandLine, speaksLanguages } from './command-tree.ts'
import { type UsageText, usageTextsIn } from './usage-texts.ts'

/** What commander says of a command that is typed wrongly. */
const known: readonly (readonly [says: RegExp, key: UsageText])[] = [
  [
    /^error: unknown option '(?<name>.*?)'(?:\n\(Did you mean (?:one of )?(?<near>.*)\?\))?$/s,
    'option.unknown'
  ],
  [
    /^error: unknown command '(?<name>.*?)'(?:\n\(Did you mean (?:one of )?(?<near>.*)\?\))?$/s,
    'command.unknown'
  ],
  [/^error: missing required argument '(?<name>.*)'$/s, 'argument.missing'],
  [/^error: option '(?<name>.*)' argument missing$/s, 'value.missing'],
  [/^error: required option '(?<name>.*)' not specified$/s, 'option.missing'],
  [/^error: option '(?<name>.*?)' cannot be used with option '(?<got>.*)'$/s, 'options.conflict'],
  [/^error: too many arguments.* but got \d+: (?<name>.*)\.$/s, 'arguments.many'],
  [/^error: option '(?<name>.*?)' argument '(?<got>.*)' is invalid\. ?(?<problem>.*)$/s, 'value.invalid'],
  [
    /^error: command-argument value '(?<got>.*)' is invalid for argument '(?<name>.*?)'\. ?(?<problem>.*)$/s,
    'value.invalid'
  ]
]

/** Has a command and those below it say in one line, in a language, what is wrong and what to do. */
export function explainMistakes(command: Command, language: Language): void {
  const spoken = speaksLanguages(command) ? language : 'en'
  command.configureOutput({ outputError: (text) => warn(explained(text.trimEnd(), command, spoken)) })
  for (const inner of command.commands) explainMistakes(inner, language)
}

/** The texts of commands themselves say what to do already. */
function explained(text: string, command: Command, language: Language): string {
  for (const [says, key] of known) {
    const found = says.exec(text)?.groups
    if (!found) continue
    const { name = '', got = '', near, problem = '' } = found
    const t = usageTextsIn(language)
    const help = `${commandLine(command)} --help`
    const choices = /^Allowed choices are (.*)\.$/.exec(problem)?.[1]
    return t(key, {
      ...{ name, got, help },
      near: near === undefined ? '' : t('near', { words: near }),
      problem:
        choices === undefined ? (language === 'en' ? `${problem} ` : '') : t('choices', { words: choices })
    })
  }
  return text
}
