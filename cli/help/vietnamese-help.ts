import { Help, type HelpConfiguration } from 'commander'
import { commandsInVietnamese } from './commands-vi.ts'
import { optionsInVietnamese } from './options-vi.ts'

const titles: Readonly<Record<string, string>> = {
  'Usage:': 'Cách dùng:',
  'Arguments:': 'Đối số:',
  'Options:': 'Cờ:',
  'Global Options:': 'Cờ chung:',
  'Commands:': 'Lệnh:'
}

/** What commander adds to a description itself. */
const added = [
  [/\(choices: /, '(một trong: '],
  [/([(,] ?)default: /, '$1mặc định: ']
] as const

const english = new Help()

/** `--help` in Vietnamese. */
export const vietnameseHelp: HelpConfiguration = {
  styleTitle: (title) => titles[title] ?? title,
  commandDescription: (command) => inVietnamese(commandsInVietnamese, command.description()),
  subcommandDescription: (command) => inVietnamese(commandsInVietnamese, command.description()),
  optionDescription: (option) => withAdded(option.description, english.optionDescription(option)),
  argumentDescription: (argument) => withAdded(argument.description, english.argumentDescription(argument))
}

function withAdded(description: string, whole: string): string {
  const rest = added.reduce(
    (text, [pattern, words]) => text.replace(pattern, words),
    whole.slice(description.length)
  )
  return `${inVietnamese(optionsInVietnamese, description)}${rest}`
}

function inVietnamese(texts: Readonly<Record<string, string>>, text: string): string {
  return texts[text] ?? text
}
