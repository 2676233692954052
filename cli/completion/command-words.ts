import type { Command } from 'commander'

/** A flag, as it is typed. */
export interface FlagWords {
  readonly flag: string
  readonly says: string
  readonly takesValue: boolean
  /** The values it takes, if there are only some. */
  readonly values: readonly string[]
}

/** What can be typed after a command. */
export interface CommandWords {
  /** The words that lead to it, without that of the program. */
  readonly path: readonly string[]
  readonly says: string
  readonly inner: readonly { readonly name: string; readonly says: string }[]
  readonly flags: readonly FlagWords[]
  /** Operands, if there are only some. */
  readonly operands: readonly string[]
}

/** A command and all below it. `operands` has those that are known, by the words that lead to a command. */
export function commandWords(
  command: Command,
  operands: Readonly<Record<string, readonly string[]>>,
  path: readonly string[] = []
): readonly CommandWords[] {
  const known = operands[path.join(' ')] ?? command.registeredArguments[0]?.argChoices ?? []
  const own = {
    path,
    says: command.description(),
    inner: command.commands.map((one) => ({ name: one.name(), says: one.description() })),
    flags: [...flagsOf(command), { flag: '--help', says: 'display help', takesValue: false, values: [] }],
    operands: known
  }
  const inner = command.commands.flatMap((one) => commandWords(one, operands, [...path, one.name()]))
  return [own, ...inner]
}

/** Also those of the subcommand that is meant where none is named. */
function flagsOf(command: Command): readonly FlagWords[] {
  const fallback = (command as { readonly _defaultCommandName?: string | null })._defaultCommandName
  const inner = command.commands.find((one) => one.name() === fallback)
  return [...command.options, ...(inner?.options ?? [])].flatMap((option) => {
    const { long, description, required, optional, argChoices = [] } = option
    if (!long) return []
    return [{ flag: long, says: description, takesValue: required || optional, values: argChoices }]
  })
}

/** Flags that take a value, whatever it is; and those with the values that they take. */
export function valuesOf(commands: readonly CommandWords[]): {
  readonly any: readonly string[]
  readonly some: ReadonlyMap<string, readonly string[]>
} {
  const all = commands.flatMap(({ flags }) => flags).filter(({ takesValue }) => takesValue)
  const some = new Map(
    all.filter(({ values }) => values.length > 0).map(({ flag, values }) => [flag, values])
  )
  return { any: [...new Set(all.map(({ flag }) => flag))].filter((flag) => !some.has(flag)).sort(), some }
}
