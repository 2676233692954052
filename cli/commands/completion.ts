import { Argument, type Command } from 'commander'
import { createOutput } from '#runtime/output.ts'
import { shippedSchemas } from '#runtime/shipped-schemas.ts'
import { type CommandWords, commandWords } from '../completion/command-words.ts'
import { fishScript } from '../completion/fish.ts'
import { bashScript, zshScript } from '../completion/posix-shells.ts'
import { withLanguage } from '../language.ts'

const scripts = { bash: bashScript, zsh: zshScript, fish: fishScript } as const satisfies Record<
  string,
  (commands: readonly CommandWords[]) => readonly string[]
>

/** `lienthong completion`: a script with which a shell completes commands and flags. All commands must be loaded. */
export function addCompletion(program: Command): void {
  withLanguage(program.command('completion'))
    .addArgument(new Argument('<shell>', 'the shell').choices(Object.keys(scripts)))
    .description(
      'Print a script with which a shell completes commands and flags: source <(lienthong completion bash).'
    )
    .action((shell: keyof typeof scripts) => {
      const types = shippedSchemas().map(({ type }) => type)
      const commands = commandWords(program, { sample: types })
      const output = createOutput({ json: false })
      for (const line of scripts[shell](commands)) output.line(line, {})
    })
}
