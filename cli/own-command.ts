import { basename } from 'node:path'

/**
 * The words with which a person runs this command again: `lienthong` where it is on the path, as from the Debian package,
 * otherwise npx in the folder of the project.
 */
export function ownCommand(
  { npm_command }: Readonly<Record<string, string | undefined>>,
  program = ''
): readonly string[] {
  const isOnPath =
    npm_command === undefined && basename(program) === 'lienthong' && !program.includes('/node_modules/')
  return isOnPath ? ['lienthong'] : ['npx', '--no-install', 'lienthong']
}
