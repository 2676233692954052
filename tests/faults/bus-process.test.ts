import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { it } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { temporaryFolder } from '../helpers/temporary-folder.ts'
import { startApart } from './bus-process.ts'

const atMostHalfAMinute = { timeout: 30_000 }
const lasting = 'setInterval(() => {}, 1000)'
const inNode = (script: string): readonly string[] => [process.execPath, '-e', script]

it('a process that never says it runs is given up and killed', atMostHalfAMinute, async (t) => {
  const log = join(temporaryFolder(t), 'log')
  const command = inNode(`console.error(process.pid); ${lasting}`)
  assert.equal(await startApart({ command, runs: /(runs)/, log, startsWithinMs: 1000 }), undefined)
  const pid = Number(readFileSync(log, 'utf8'))
  assert.ok(pid > 0 && !existsSync(`/proc/${pid}/exe`))
})

it('a process that says it runs goes on past the time it had to say so', atMostHalfAMinute, async (t) => {
  const command = inNode(`console.log('runs'); ${lasting}`)
  const apart = await startApart({ command, runs: /(runs)/, startsWithinMs: 1000 })
  t.after(() => apart?.kill())
  assert.equal(apart?.said, 'runs')
  await pause(1200)
  assert.ok(existsSync(`/proc/${apart.pid}/exe`))
  apart.kill()
  assert.equal(await apart.ended, 'SIGKILL')
})
