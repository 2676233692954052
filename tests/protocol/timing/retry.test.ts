import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { backoffMs, pause, retry } from '#protocol/timing/retry.ts'

/** Fails so often, then gives how often it was called. */
function failing(times: number): () => Promise<number> {
  let calls = 0
  return async () => {
    calls += 1
    if (calls <= times) throw new TypeError(`failure ${calls}`)
    return calls
  }
}

describe('retry', () => {
  it('tries until it succeeds, and at the most so often', async () => {
    assert.equal(await retry(failing(3), { waitMs: () => 0 }), 4)
    assert.equal(await retry(failing(3), { waitMs: () => 0, tries: 4 }), 4)
    await assert.rejects(retry(failing(3), { waitMs: () => 0, tries: 3 }), /failure 3/)
  })

  it('ends where trying again is of no use, and once its time is up', async () => {
    await assert.rejects(retry(failing(3), { waitMs: () => undefined }), /failure 1/)
    await assert.rejects(retry(failing(9), { waitMs: () => 20, longestMs: 10 }), /failure [12]/)
  })

  it('ends with the last failure when the signal aborts', { timeout: 5000 }, async () => {
    const stop = new AbortController()
    const ended = retry(failing(3), { waitMs: () => 60_000, signal: stop.signal })
    stop.abort()
    await assert.rejects(ended, /failure 1/)
  })
})

it('a wait ends with the signal, and never rejects', { timeout: 5000 }, async () => {
  await pause(60_000, { signal: AbortSignal.abort() })
})

it('waits grow twofold up to the last', () => {
  const waits = [0, 1, 2, 3, 4, 999_999].map((preceding) =>
    backoffMs(preceding, { firstMs: 100, lastMs: 1000 })
  )
  assert.deepEqual(waits, [100, 200, 400, 800, 1000, 1000])
})
