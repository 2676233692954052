import type { Command } from 'commander'

/** Whether a command, or one below it, has texts in more than one language. */
export function speaksLanguages(command: Command): boolean {
  return (
    command.options.some(({ long }) => long === '--lang') ||
    command.commands.some((one) => speaksLanguages(one))
  )
}

/** A command as it is typed: `lienthong deliveries list`. */
export function commandLine(command: Command): string {
  return command.parent ? `${commandLine(command.parent)} ${command.name()}` : command.name()
}

/**
 * Puts the name of a subcommand before the flags that were typed before it: `deliveries --as x list` is meant as
 * `deliveries list --as x`, and so is `--as x deliveries list`.
 */
export function withSubcommandFirst(command: Command, words: readonly string[]): readonly string[] {
  if (command.commands.length === 0) return words
  for (let at = 0; at < words.length; at += 1) {
    const word = words[at] ?? ''
    if (word.startsWith('-')) {
      if (!word.includes('=') && takesValue(command, word)) at += 1
      continue
    }
    const inner = command.commands.find((one) => one.name() === word)
    if (!inner) return words
    return [word, ...withSubcommandFirst(inner, [...words.slice(0, at), ...words.slice(at + 1)])]
  }
  return words
}

function takesValue(command: Command, flag: string): boolean {
  const isIt = ({
    long,
    short
  }: {
    readonly long?: string | undefined
    readonly short?: string | undefined
  }) => flag === long || flag === short
  const option = command.options.find(isIt)
  if (option) return option.required || option.optional
  return command.commands.some((inner) => takesValue(inner, flag))
}
