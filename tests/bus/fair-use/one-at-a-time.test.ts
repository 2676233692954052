import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { createOneAtATime } from '#bus/fair-use/one-at-a-time.ts'

describe('work done one at a time', () => {
  it('takes agencies in turn, however much one of them has waiting, and does nothing at once', async () => {
    const { take } = createOneAtATime({ maxWaiting: 10, fault: 'acts-waiting' })
    const order: string[] = []
    let running = 0
    const work = (agency: string) =>
      take(agency, async () => {
        running += 1
        assert.equal(running, 1)
        order.push(agency)
        await new Promise(setImmediate)
        running -= 1
      })
    await Promise.all(['A', 'A', 'A', 'A', 'B', 'B', 'C'].map(work))
    assert.deepEqual(order, ['A', 'A', 'B', 'C', 'A', 'B', 'A'])
  })

  it('refuses work of an agency that has too much waiting, and of no other', async () => {
    const { take } = createOneAtATime({ maxWaiting: 2, fault: 'acts-waiting' })
    const gate = Promise.withResolvers<string>()
    const running = take('A', () => gate.promise)
    const waiting = [take('A', async () => 'second'), take('A', async () => 'third')]
    await assert.rejects(
      take('A', async () => 'fourth'),
      { code: 'BUS_TOO_MANY_REQUESTS', fault: 'acts-waiting', waitMs: 1000 }
    )
    const other = take('B', async () => 'of B')
    gate.resolve('first')
    assert.deepEqual(await Promise.all([running, ...waiting, other]), ['first', 'second', 'third', 'of B'])
  })

  it('gives a failure to who asked for the work, and goes on', async () => {
    const { take } = createOneAtATime({ maxWaiting: 2, fault: 'acts-waiting' })
    const failing = take('A', async () => {
      throw new RangeError('no')
    })
    await assert.rejects(failing, RangeError)
    assert.equal(await take('A', async () => 'done'), 'done')
  })
})
