import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { it } from 'node:test'
import { promisify } from 'node:util'
import { ownCommand } from '#cli/own-command.ts'
import { shellCommand } from '#cli/shell-quote.ts'

const execute = promisify(execFile)

it('a shell gives back the words of a quoted command', async () => {
  const words = [
    'a/b.c',
    '',
    "it's",
    'a b',
    '"$HOME"',
    '`x`',
    '*',
    '~',
    '#',
    "''",
    '\\',
    'Sở mẫu',
    '!',
    '{a,b}'
  ]
  for (const shell of ['bash', 'sh']) {
    const { stdout } = await execute(shell, ['-c', shellCommand('printf', String.raw`%s\n`, ...words)])
    assert.deepEqual(stdout.slice(0, -1).split('\n'), words)
  }
  assert.equal(shellCommand('npx', '--no-install', '/var/x-1.jwk'), 'npx --no-install /var/x-1.jwk')
})

it('a command is run again by npx, unless it is on the path', () => {
  const npx = ['npx', '--no-install', 'lienthong']
  assert.deepEqual(ownCommand({}, '/usr/bin/lienthong'), ['lienthong'])
  assert.deepEqual(ownCommand({}, '/home/a/x/node_modules/.bin/lienthong'), npx)
  assert.deepEqual(ownCommand({ npm_command: 'exec' }, '/tmp/bin/lienthong'), npx)
  assert.deepEqual(ownCommand({ npm_command: 'start' }, '/home/a/lienthong/cli/main.ts'), npx)
})
