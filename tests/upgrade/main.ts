import { mkdirSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { collectCleanups } from '#deploy/servers/cleanup.ts'
import { temporaryFolder } from '../helpers/temporary-folder.ts'
import { onOneFolder } from './one-machine.ts'
import { installRelease, packCheckout, withVersion } from './releases.ts'
import { sideBySide } from './side-by-side.ts'

/**
 * `npm run upgrade -- --from <tgz> --to <tgz>`: upgrades from one packed release to another and goes back, under load,
 * on one data folder, if the older one still reads it, and side by side on Kafka, PostgreSQL and S3. Without `--from` or
 * `--to`, this checkout is packed; where both have the same version, as if it were the next one.
 */
const { values } = parseArgs({ options: { from: { type: 'string' }, to: { type: 'string' } } })
const say = (line: string): void => void process.stdout.write(`${line}\n`)
const cleanups = collectCleanups()
try {
  const folder = temporaryFolder(cleanups)
  const own = values.from && values.to ? '' : packCheckout(folder)
  const from = installRelease(values.from ? resolve(values.from) : own, folder)
  const packed = values.to ? resolve(values.to) : withVersion(own, nextOf(from.version), folder)
  const releases = [from, installRelease(packed, folder)] as const
  say(`from ${releases[0].version} to ${releases[1].version}`)
  for (const [name, part] of Object.entries({ one: onOneFolder, several: sideBySide })) {
    mkdirSync(join(folder, name))
    await part(join(folder, name), releases, say)
  }
} finally {
  await cleanups.end()
}

function nextOf(version: string): string {
  const [major, minor] = version.split('.')
  return `${major}.${Number(minor) + 1}.0`
}
