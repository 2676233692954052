import assert from 'node:assert/strict'
import { it } from 'node:test'
import { setImmediate } from 'node:timers/promises'
import { createTurns } from '#engines/store/sqlite/turns.ts'

it('tasks run one at a time; those that go first take turns with those that wait, each in its order', async () => {
  let ms = 100
  const turns = createTurns({ now: () => ms })
  const begun: string[] = []
  let running = 0
  const task = (name: string) => async () => {
    running += 1
    assert.equal(running, 1)
    begun.push(name)
    await setImmediate()
    ms += 6
    running -= 1
    return name
  }
  const taken = ['a', 'b', 'c', 'd'].map((name) => turns.take(task(name)))
  const first = ['1', '2', '3'].map((name) => turns.takeFirst(task(name)))
  assert.deepEqual(await Promise.all([...taken, ...first]), ['a', 'b', 'c', 'd', '1', '2', '3'])
  assert.deepEqual(begun, ['1', 'a', 'b', '2', 'c', 'd', '3'])
})

it('a task that fails stops no other, and the end is awaited of those that were added meanwhile', async () => {
  const turns = createTurns()
  const failing = turns.take(() => {
    throw new TypeError('no')
  })
  let isDone = false
  const following = failing.catch(() =>
    turns.take(async () => {
      await setImmediate()
      isDone = true
    })
  )
  await assert.rejects(failing, /no/)
  await turns.ended()
  assert.ok(isDone)
  await following
  await turns.ended()
})
