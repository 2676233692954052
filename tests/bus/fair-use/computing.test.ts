import assert from 'node:assert/strict'
import { it } from 'node:test'
import { setImmediate as turn } from 'node:timers/promises'
import { createComputing } from '#bus/fair-use/computing.ts'

it('work that takes much memory is done two at a time, in its order, though some of it fails', async () => {
  const { inTurn } = createComputing()
  const begun: number[] = []
  const ends = Array.from({ length: 5 }, () => Promise.withResolvers<void>())
  const results = ends.map(({ promise }, index) =>
    inTurn(async () => {
      begun.push(index)
      await promise
      return index
    })
  )
  const outcomes = Promise.allSettled(results)
  await turn()
  assert.deepEqual(begun, [0, 1])
  ends[1]?.reject(new Error('one fails'))
  await turn()
  assert.deepEqual(begun, [0, 1, 2])
  for (const { resolve } of ends) resolve()
  assert.deepEqual(
    (await outcomes).map(({ status }) => status),
    ['fulfilled', 'rejected', 'fulfilled', 'fulfilled', 'fulfilled']
  )
  assert.equal(await inTurn(async () => 'again'), 'again')
})
