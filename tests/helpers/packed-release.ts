import { execFile } from 'node:child_process'
import { mkdirSync, readdirSync, readFileSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { repository } from './demo-bus.ts'

const execute = promisify(execFile)
const { version } = JSON.parse(readFileSync(join(repository, 'package.json'), 'utf8')) as { version: string }

/** Names the folder with the packed release, if it was packed for all files of a run. */
export const releaseVariable = 'LIENTHONG_TEST_RELEASE'
export const archiveName = `lienthong-${version}.tgz`

/** Packs the release into a folder; not into `var/`, where another test may be packing. */
export async function packRelease(folder: string): Promise<void> {
  await execute('npm', ['run', '--silent', 'package', folder], { cwd: repository })
}

/** Where the packed release is; the folder is used if it was not packed for the whole run. */
export async function packedRelease(folder: string): Promise<string> {
  const packed = process.env[releaseVariable]
  if (packed === undefined) await packRelease(folder)
  return join(packed ?? folder, archiveName)
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
