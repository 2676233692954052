import { execFileSync } from 'node:child_process'
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { nodeFlags } from '../faults/bus-process.ts'
import { repository } from '../helpers/demo-bus.ts'

/** An installed release. */
export interface Release {
  readonly version: string
  /** The program, to which the words of a command are added. */
  readonly command: readonly string[]
}

/** Packs this checkout; gives the file. */
export function packCheckout(folder: string): string {
  execFileSync('npm', ['run', '--silent', 'package'], {
    cwd: repository,
    stdio: ['ignore', 'ignore', 'inherit']
  })
  const { version } = JSON.parse(readFileSync(join(repository, 'package.json'), 'utf8')) as {
    version: string
  }
  const name = `lienthong-${version}.tgz`
  copyFileSync(join(repository, 'var', name), join(folder, name))
  return join(folder, name)
}

/** The same package as another release. */
export function withVersion(packed: string, version: string, folder: string): string {
  const content = join(folder, `content-${version}`)
  mkdirSync(content)
  execFileSync('tar', ['--extract', '--gzip', '--file', packed, '--directory', content])
  const file = join(content, 'package', 'package.json')
  const manifest = JSON.parse(readFileSync(file, 'utf8')) as object
  writeFileSync(file, JSON.stringify({ ...manifest, version }))
  const made = join(folder, `lienthong-${version}.tgz`)
  execFileSync('tar', ['--create', '--gzip', '--file', made, '--directory', content, 'package'])
  return made
}

/** Installs a packed release, with what is optional, into a folder of its own. */
export function installRelease(packed: string, folder: string): Release {
  const place = mkdtempSync(join(folder, 'installed-'))
  writeFileSync(join(place, 'package.json'), '{ "private": true }')
  const quiet = ['--silent', '--prefer-offline', '--ignore-scripts', '--no-audit', '--no-fund']
  execFileSync('npm', ['install', ...quiet, packed], { cwd: place, stdio: ['ignore', 'ignore', 'inherit'] })
  const root = join(place, 'node_modules', 'lienthong')
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string }
  return { version, command: [process.execPath, ...nodeFlags, join(root, 'cli', 'main.cjs')] }
}
