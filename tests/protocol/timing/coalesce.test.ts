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
  const outcomes = await Promise.allSettled([add([1]), add([2, 3]), add([4])])
  assert.deepEqual(
    outcomes.map(({ status }) => status),
    ['rejected', 'rejected', 'rejected']
  )
  await add([5])
  assert.deepEqual(worked, [1, 5])
})

it('items added together may be divided, and are answered together in their order', async () => {
  const batches: (readonly number[])[] = []
  const { add } = createCoalescer<number, number>({
    run: async (items) => {
      batches.push(items)
      return items.map((item) => 10 * item)
    },
    maxItems: 3
  })
  assert.deepEqual(await Promise.all([add([1, 2]), add([]), add([3, 4])]), [[10, 20], [], [30, 40]])
  assert.deepEqual(batches, [[1, 2, 3], [4]])
})
