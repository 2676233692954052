import { existsSync, globSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { Command } from 'commander'
import { kindsIn } from '#connectors/host/load-kind.ts'
import { createOutput } from '#runtime/output.ts'

const template = join(import.meta.dirname, '..', '..', 'connectors', 'example')

/** Our modules that the example imports, without `.ts`, which the build renames; and their names outside the repository. */
const published: Readonly<Record<string, string>> = {
  '../connector': 'lienthong/connector',
  '../kit/lent-io': 'lienthong/connector-kit',
  '../../kit/define-kit': 'lienthong/connector-kit/define-kit',
  '#protocol/errors/define-faults': 'lienthong/faults'
}

/** `lienthong connectors new`: copies the example, under the name of a new kind of connector. */
export function addConnectorsNew(connectors: Command): void {
  connectors
    .command('new')
    .argument('<name>', 'name of the kind: lower-case letters, digits and hyphens')
    .description('Write the folder of a new kind of connector: a working example, its test and its README.')
    .option('--in <folder>', 'folder of the kinds of connectors', 'connectors')
    .action((name: string, flags: { readonly in: string }, command: Command) => {
      if (!/^[a-z][a-z0-9-]{0,31}$/.test(name)) {
        command.error(
          'the name must be 1 to 32 lower-case letters, digits and hyphens, beginning with a letter'
        )
      }
      const folder = join(flags.in, name)
      const isInside = existsSync(join(flags.in, 'connector.ts'))
      if (!isInside && kindsIn().includes(name)) {
        command.error(`${name} comes with this release, whose kinds are loaded first: choose another name`)
      }
      if (existsSync(folder)) command.error(`${folder} exists already: choose another name, or remove it`)
      const output = createOutput({ json: false })
      for (const file of written(folder, name, { isInside, command }))
        output.line(`wrote ${join(folder, file)}`, {})
      const kit = `lienthong connectors kit ${name} --in ${flags.in}`
      output.line(`Try it: node --test ${join(folder, `${name}.test.ts`)}`, {})
      output.line(`Put its promises to the test: ${kit}`, {})
    })
}

function written(
  folder: string,
  name: string,
  { isInside, command }: { readonly isInside: boolean; readonly command: Command }
): readonly string[] {
  try {
    return writeKind(folder, name, isInside)
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    if (code === undefined) throw error
    return command.error(`${folder} cannot be written: ${message}`)
  }
}

/** Returns the files written, by their paths in the folder. */
function writeKind(folder: string, name: string, isInside: boolean): readonly string[] {
  const files = globSync('**/*.{ts,md}', { cwd: template, exclude: (path) => path.endsWith('.d.ts') })
  return files.map((path) => {
    const text = readFileSync(join(template, path), 'utf8').replaceAll(/\bexample\b/g, name)
    const file = path.replace(/\bexample\b/, name)
    mkdirSync(dirname(join(folder, file)), { recursive: true })
    writeFileSync(join(folder, file), isInside ? text : asPublished(text))
    return file
  })
}

function asPublished(text: string): string {
  return text.replaceAll(/ from '([^']+)\.ts'/g, (all, path: string) => {
    const name = published[path]
    return name === undefined ? all : ` from '${name}'`
  })
}
