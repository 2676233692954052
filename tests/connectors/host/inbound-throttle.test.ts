import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { createInboundThrottles, type InboundThrottle } from '#connectors/host/inbound-throttle.ts'

/** Throttles whose clock only work and rests move. */
function openLab() {
  const signal = new AbortController().signal
  const rests: number[] = []
  let now = 5000
  const throttles = createInboundThrottles({
    clock: () => now,
    async rest(ms, options) {
      assert.equal(options?.signal, signal)
      rests.push(ms)
      now += ms
    }
  })
  return {
    throttles,
    rests,
    pass(ms: number) {
      now += ms
    },
    /** Runs a part that takes some time; gives how many items it may have. */
    part: (throttle: InboundThrottle, ms = 0): Promise<number> =>
      throttle.runPart(async ({ items }) => {
        now += ms
        return items
      }, signal)
  }
}

describe('what an instance brings in', () => {
  it('comes in small parts while another instance delivers, and for a second after', async () => {
    const { throttles, part, pass } = openLab()
    const loop = throttles.forLoopOf('one')
    assert.equal(await part(loop), 100)
    throttles.noteDelivery('other')
    assert.equal(await part(loop), 10)
    pass(999)
    assert.equal(await part(loop), 10)
    pass(1)
    assert.equal(await part(loop), 100)
  })

  it('is not held up by what the instance itself delivers', async () => {
    const { throttles, part } = openLab()
    throttles.noteDelivery('one')
    assert.equal(await part(throttles.forLoopOf('one')), 100)
  })

  it('rests between small parts three times as long as they took, at most 100 ms', async () => {
    const { throttles, part, rests } = openLab()
    const loop = throttles.forLoopOf('one')
    throttles.noteDelivery('other')
    for (const ms of [5, 20, 90]) await part(loop, ms)
    assert.deepEqual(rests, [15, 60])
    await part(loop)
    assert.deepEqual(rests, [15, 60, 100])
  })

  it('does not rest before a part that comes later anyway, nor for what another loop did', async () => {
    const { throttles, part, pass, rests } = openLab()
    const [polling, publishing] = [throttles.forLoopOf('one'), throttles.forLoopOf('one')]
    throttles.noteDelivery('other')
    await part(polling, 5)
    await part(publishing, 5)
    pass(15)
    await part(polling, 5)
    assert.deepEqual(rests, [])
  })

  it('goes on at once when a part failed', async () => {
    const { throttles, part, rests } = openLab()
    const loop = throttles.forLoopOf('one')
    throttles.noteDelivery('other')
    const failing = loop.runPart(() => Promise.reject(new Error('it fails')), new AbortController().signal)
    await assert.rejects(failing, /it fails/)
    await part(loop)
    assert.deepEqual(rests, [])
  })
})
