import assert from 'node:assert/strict'
import { it } from 'node:test'
import { createCoalescer } from '#protocol/timing/coalesce.ts'

it('what waits behind a batch that fails fails with it, and what comes later is worked on again', async () => {
  const worked: number[] = []
  const { add } = createCoalescer<number, undefined>({
    run: async ([item = 0]) => {
      worked.push(item)
      if (item === 1) throw new TypeError('the leader is gone')
      return [undefined]
    },
    maxItems: 1
  })
  const outcomes = await Promise.allSettled([add(1), add(2), add(3)])
  assert.deepEqual(
    outcomes.map(({ status }) => status),
    ['rejected', 'rejected', 'rejected']
  )
  await add(4)
  assert.deepEqual(worked, [1, 4])
})
