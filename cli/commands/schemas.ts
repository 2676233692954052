import { glob } from 'node:fs/promises'
import type { Command } from 'commander'
import { findings } from '#operations/doctor/finding.ts'
import { createOutput } from '#runtime/output.ts'
import { checkSchemaFile } from '../remote/check-schema-file.ts'
import { showFindings } from '../show-findings.ts'

interface CheckFlags {
  readonly against?: string
  readonly subject?: string
  readonly json?: boolean
}

/** `lienthong schemas check`: checks in a CI pipeline whether schemas could be registered. */
export function addSchemas(program: Command): void {
  const schemas = program.command('schemas').description('Avro schemas in files.')
  schemas
    .command('check')
    .argument('[files...]', '.avsc files; by default all below schemas/')
    .description(
      'Check that schemas are valid and compatible with the registered versions. Exit code 1 if one is not.'
    )
    .option('--against <url>', 'a schema registry: <gateway>/registry, or the address of a registry-proxy')
    .option('--subject <name>', 'subject that a single file is a new version of')
    .option('--json', 'one JSON value a line')
    .action(async (given: readonly string[], flags: CheckFlags, command: Command) => {
      const { subject } = flags
      const files = given.length > 0 ? given : (await Array.fromAsync(glob('schemas/**/*.avsc'))).sort()
      if (files.length === 0) command.error('no .avsc file found below schemas/: name the files')
      if (subject !== undefined && files.length !== 1) command.error('--subject needs exactly one file')
      const against = flags.against === undefined ? undefined : registryUrl(flags.against, command)
      const output = createOutput({ json: flags.json ?? false })
      for (const file of files) {
        const { problems, message } = await checkSchemaFile(file, { subject, against })
        showFindings(output, findings(file, problems, message))
      }
    })
}

/** The URL without a slash at the end. A password in it is refused: it would appear in logs and is never sent. */
function registryUrl(text: string, command: Command): string {
  const url = URL.parse(text)
  const isFit = url !== null && /^https?:$/.test(url.protocol) && url.username === '' && url.password === ''
  if (!isFit || url.search !== '' || url.hash !== '') {
    return command.error('--against must be an http:// or https:// URL without user, password or query')
  }
  return url.href.replace(/\/+$/, '')
}
