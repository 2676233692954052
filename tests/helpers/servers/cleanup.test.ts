import assert from 'node:assert/strict'
import { it } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { collectCleanups } from '#deploy/servers/cleanup.ts'
import { freePort } from '#deploy/servers/free-port.ts'
import { allStarted } from './cleanup.ts'

it('everything is taken away, the last first, though some of it fails, which is told', async () => {
  const done: number[] = []
  const cleanups = collectCleanups()
  cleanups.after(() => done.push(1))
  cleanups.after(() => Promise.reject(new RangeError('cannot')))
  cleanups.after(() => done.push(2))
  await assert.rejects(cleanups.end(), RangeError)
  assert.deepEqual(done, [2, 1])
  await cleanups.end()
  assert.deepEqual(done, [2, 1])
})

it('nothing is still starting when a start beside it is known to have failed', async () => {
  let isStarted = false
  const slow = pause(50).then(() => {
    isStarted = true
  })
  await assert.rejects(allStarted([Promise.reject(new RangeError('cannot')), slow]), RangeError)
  assert.ok(isStarted)
})

it('no port is given twice', async () => {
  const ports = await Promise.all(Array.from({ length: 1000 }, freePort))
  assert.equal(new Set(ports).size, ports.length)
})
