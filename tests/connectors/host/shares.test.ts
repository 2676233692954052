import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { createShares } from '#connectors/host/shares.ts'

const never = new AbortController().signal

describe('what an instance brings in', () => {
  const sizeOf = (share: ReturnType<ReturnType<typeof createShares>>): Promise<number> =>
    share.part(async ({ items }) => items, never)

  it('comes in small parts while another instance delivers, and for a second after', async () => {
    let now = 5000
    const shareOf = createShares(() => now)
    const [bringing, delivering] = [shareOf('one'), shareOf('other')]
    assert.equal(await sizeOf(bringing), 100)
    delivering.delivers()
    assert.equal(await sizeOf(bringing), 10)
    now += 999
    assert.equal(await sizeOf(bringing), 10)
    now += 1
    assert.equal(await sizeOf(bringing), 100)
  })

  it('is not held up by what the instance itself delivers', async () => {
    const shareOf = createShares(() => 5000)
    shareOf('one').delivers()
    assert.equal(await sizeOf(shareOf('one')), 100)
  })

  it('leaves others time after each small part', async () => {
    const shareOf = createShares(() => 5000)
    shareOf('other').delivers()
    let turns = 0
    const counting = setInterval(() => (turns += 1), 1)
    const took = performance.now()
    await shareOf('one').part(async () => {
      while (performance.now() - took < 5); // Five milliseconds of work.
    }, never)
    clearInterval(counting)
    assert.ok(turns > 0, 'others had no turn')
  })

  it('does not rest once the instance is to stop', async () => {
    const shareOf = createShares(() => 5000)
    shareOf('other').delivers()
    const stop = new AbortController()
    await shareOf('one').part(async () => stop.abort(), stop.signal)
  })
})
