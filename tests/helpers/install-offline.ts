import { execFile } from 'node:child_process'
import { mkdirSync, readdirSync, readFileSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { repository } from './demo-bus.ts'

const execute = promisify(execFile)

/** Packs the release; gives the name of the file in `var/`. */
export async function packRelease(): Promise<string> {
  await execute('npm', ['run', '--silent', 'package'], { cwd: repository })
  const { version } = JSON.parse(readFileSync(join(repository, 'package.json'), 'utf8')) as {
    version: string
  }
  return `lienthong-${version}.tgz`
}

/** What `npm install` of a packed release would do, with the packages that are here. */
export async function installOffline(archive: string, project: string): Promise<void> {
  const modules = join(project, 'node_modules')
  const installed = join(modules, 'lienthong')
  mkdirSync(join(modules, '.bin'), { recursive: true })
  mkdirSync(installed)
  await execute('tar', ['-xzf', archive, '-C', installed, '--strip-components=1'])
  for (const name of readdirSync(join(repository, 'node_modules')).filter((one) => !one.startsWith('.'))) {
    symlinkSync(join(repository, 'node_modules', name), join(modules, name))
  }
  symlinkSync(join('..', 'lienthong', 'cli', 'main.cjs'), join(modules, '.bin', 'lienthong'))
}
