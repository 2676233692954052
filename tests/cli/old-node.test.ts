import assert from 'node:assert/strict'
import { execFileSync, spawnSync } from 'node:child_process'
import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { it } from 'node:test'
import { cli } from '../helpers/demo-bus.ts'
import { temporaryFolder } from '../helpers/temporary-folder.ts'

/** The Node of the system, where it is too old for the bus. */
const systemNode = '/usr/bin/node'
const isOld =
  existsSync(systemNode) &&
  Number(execFileSync(systemNode, ['--print', 'process.versions.node.split(".")[0]'], { encoding: 'utf8' })) <
    24

function assertRefused(node: string, ...options: readonly string[]): void {
  const { status, stdout, stderr } = spawnSync(node, [...options, cli, 'up'], { encoding: 'utf8' })
  assert.deepEqual([status, stdout], [1, ''])
  assert.match(stderr, /^Liên Thông needs Node\.js 24\.12 or later, this is v[^\n]+\n$/)
}

it('an old Node says in one line which one is needed', (t) => {
  const preload = join(temporaryFolder(t), 'old.cjs')
  writeFileSync(
    preload,
    "Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '24.9.0' } })"
  )
  assertRefused(process.execPath, '--require', preload)
})

it('so does one that cannot load TypeScript', { skip: !isOld }, () => assertRefused(systemNode))
