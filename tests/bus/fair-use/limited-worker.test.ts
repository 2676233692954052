import assert from 'node:assert/strict'
import { after, describe, it } from 'node:test'
import { createLimitedWorker } from '#bus/fair-use/limited-worker.ts'
import type { AskedFor } from '../../helpers/answering.worker.ts'

const cleanups: (() => Promise<void>)[] = []
after(async () => {
  for (const cleanup of cleanups) await cleanup()
})

function answering(options: {
  readonly maxMs?: number
  readonly maxHeapMb?: number
  readonly maxWaiting?: number
}) {
  const worker = createLimitedWorker<AskedFor, number>({
    url: new URL('../../helpers/answering.worker.ts', import.meta.url),
    maxMs: 10_000,
    maxHeapMb: 64,
    maxWaiting: 100,
    ...options
  })
  cleanups.push(worker.close)
  return worker
}

describe('a limited worker', () => {
  it('ends a question that takes too long or too much memory, and answers the next one', async () => {
    const impatient = answering({ maxMs: 50 })
    assert.equal(await impatient.ask('A', 'endless'), undefined)
    assert.equal(await impatient.ask('A', 'quick'), 1)
    const small = answering({ maxMs: 600_000, maxHeapMb: 32 })
    assert.equal(await small.ask('A', 'large'), undefined)
    assert.equal(await small.ask('A', 'quick'), 1)
  })

  it('takes agencies in turn, however many questions one of them has waiting', async () => {
    const { ask } = answering({})
    const order: string[] = []
    const asked = (agency: string) => ask(agency, 'quick').then(() => order.push(agency))
    await Promise.all(['A', 'A', 'A', 'A', 'B', 'B', 'C'].map(asked))
    assert.deepEqual(order, ['A', 'A', 'B', 'C', 'A', 'B', 'A'])
  })

  it('refuses what an agency asks while too many of its questions wait, and nothing of another agency', async () => {
    const { ask } = answering({ maxWaiting: 2 })
    const running = ask('A', 'quick')
    const waiting = [ask('A', 'quick'), ask('A', 'quick')]
    await assert.rejects(ask('A', 'quick'), { code: 'BUS_TOO_MANY_REQUESTS' })
    assert.equal(await ask('B', 'quick'), 1)
    assert.deepEqual(await Promise.all([running, ...waiting]), [1, 1, 1])
  })

  it('answers everything that is asked and waits when it is closed, and what is asked afterwards', {
    timeout: 10_000
  }, async () => {
    const { ask, close } = answering({})
    assert.equal(await ask('A', 'quick'), 1)
    const open = Promise.allSettled([ask('A', 'endless'), ask('A', 'quick'), ask('B', 'quick')])
    await close()
    const reasons = (await open).map((one) => (one.status === 'rejected' ? one.reason.code : one.value))
    assert.deepEqual(reasons, ['BUS_STOPPING', 'BUS_STOPPING', 'BUS_STOPPING'])
    await assert.rejects(ask('A', 'quick'), { code: 'BUS_STOPPING' })
  })

  it('rejects with what the program failed with, and goes on', async () => {
    const { ask } = answering({})
    await assert.rejects(ask('A', 'failing'), TypeError)
    assert.equal(await ask('A', 'quick'), 1)
  })
})
