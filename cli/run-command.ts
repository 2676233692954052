import { Command, CommanderError } from 'commander'
import type { Language } from '#protocol/errors/faults.ts'
import { warn, warnOf } from '#runtime/output.ts'
import { version } from '#runtime/version.ts'
import { commands } from './all-commands.ts'
import { withSubcommandFirst } from './command-tree.ts'
import { errorText } from './error-text.ts'
import { vietnameseHelp } from './help/vietnamese-help.ts'
import { languageOf } from './language.ts'
import { explainMistakes } from './usage-errors.ts'

/**
 * Runs the command that these words are. Returns the exit code to end the process with; undefined if the
 * command has done its work, and `process.exitCode` says how it went.
 */
export async function runCommand(given: readonly string[]): Promise<number | undefined> {
  // `npm start -- --full -- --once` hands the second `--` on; no command has an operand that begins with a dash.
  const words = given.filter((word) => word !== '--')
  const asked = languageOf(words)
  const program = new Command('lienthong')
    .description('Event-driven interoperability bus for government.')
    .version(version)
    .enablePositionalOptions() // `connectors` and its subcommands have options of the same names.
    .configureOutput({ writeErr: (text) => text.trimEnd().split('\n').forEach(warn) })
    .configureHelp(asked === 'vi' ? vietnameseHelp : {})
    .exitOverride()
  /** Of the texts of errors: that of the command, if it has one. */
  let language: Language = 'en'
  program.hook('preAction', (_program, command) => {
    language = command.opts<{ lang?: Language }>().lang ?? language
  })
  const [called = ''] = words
  const wanted = called === 'completion' ? [] : commands.filter(({ names }) => names.includes(called))
  for (const { load } of wanted.length > 0 ? wanted : commands) (await load())(program)
  explainMistakes(program, asked)
  try {
    await program.parseAsync(withSubcommandFirst(program, words), { from: 'user' })
    return undefined
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode
    const known = errorText(error, language)
    if (known === undefined) warnOf(error)
    else warn(known)
    return 1
  }
}
