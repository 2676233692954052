import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)

/** An empty folder outside the checkout, as a reader begins with. */
export interface Folder {
  readonly path: string
  write(name: string, text: string): void
  /** Runs a command in the folder, and gives what it printed. */
  run(command: string, args: readonly string[], env?: Readonly<Record<string, string>>): Promise<string>
  remove(): void
}

export function emptyFolder(name: string): Folder {
  const path = mkdtempSync(join(tmpdir(), `lienthong-${name}-`))
  const write: Folder['write'] = (file, text) => writeFileSync(join(path, file), text)
  write('package.json', '{ "private": true, "type": "module" }')
  return {
    path,
    write,
    async run(command, args, env = {}) {
      const options = { cwd: path, env: { ...process.env, ...env }, maxBuffer: 2 ** 26 }
      const { stdout } = await run(command, args, options).catch(
        (error: { stdout: string; stderr: string }) => {
          throw new TypeError(`${command} ${args.join(' ')}\n${error.stdout}\n${error.stderr}`)
        }
      )
      return stdout
    },
    remove: () => rmSync(path, { recursive: true, force: true })
  }
}

/** Installs packages, without what is optional. */
export async function install(folder: Folder, ...packages: readonly string[]): Promise<void> {
  const quiet = ['--silent', '--no-audit', '--no-fund', '--omit=optional']
  await folder.run('npm', ['install', ...quiet, ...packages])
}

export interface Bounds {
  readonly packages: number
  readonly megabytes: number
}

/** How many packages a folder has and how large they are; throws above the bounds. */
export async function measured(folder: Folder, name: string, bounds: Bounds): Promise<string> {
  const listed = await folder.run('npm', ['ls', '--all', '--parseable', '--omit=dev'])
  const packages = listed.trim().split('\n').length - 1
  const [bytes = ''] = (await folder.run('du', ['-s', '-B1', 'node_modules'])).split('\t')
  const megabytes = Number(bytes) / 1e6
  const found = `${name}: ${packages} packages, ${megabytes.toFixed(1)} MB`
  if (packages > bounds.packages || megabytes > bounds.megabytes) {
    throw new TypeError(`${found}; allowed are ${bounds.packages} packages and ${bounds.megabytes} MB`)
  }
  return found
}

/** What is printed must be what the comments of the program say that it prints. */
export function mustPrint(program: string, code: string, printed: string): void {
  const said = [...code.matchAll(/console\.log\(.*\) \/\/ (.*)$/gm)].map(([, line = '']) => line)
  if (said.length > 0 && printed.trim() === said.join('\n')) return
  throw new TypeError(`${program} printed\n${printed}\nand says\n${said.join('\n')}`)
}
