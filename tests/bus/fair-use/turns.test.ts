import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { setImmediate as nextImmediate } from 'node:timers/promises'
import { createTurns, type Turns } from '#bus/fair-use/turns.ts'
import { until } from '../../helpers/until.ts'

/** Turns on a clock that only work moves, and what was done in which order. */
function timed() {
  let time = 0
  const done: string[] = []
  const turns = createTurns({ sliceMs: 2, now: () => time })
  const work = (agency: string, ms = 1): void => {
    time += ms
    done.push(agency)
  }
  const all = (count: number) => until(() => done.length === count, 10_000)
  return { turns, done, work, all }
}

/** Long work of an agency, in pieces. */
async function batch(
  turns: Turns,
  agency: string,
  steps: number,
  work: (agency: string) => void
): Promise<void> {
  for (let piece = 0; piece < steps; piece += 1) {
    await turns.next(agency)
    work(agency)
  }
}

describe('turns on the main thread', () => {
  it('begin at once while nobody waits', () => {
    const { turns, done, work } = timed()
    turns.take('A', () => work('A'))
    assert.deepEqual(done, ['A'])
  })

  it('come to an agency after one slice of another, whatever that has waiting', async () => {
    const { turns, done, work, all } = timed()
    for (let one = 0; one < 1000; one += 1) turns.take('A', () => work('A'))
    turns.take('C', () => work('C'))
    await all(1001)
    assert.ok(done.indexOf('C') <= 2, `${done.indexOf('C')} pieces of A came first`)
  })

  it('come to an agency between the pieces of batches of another', async () => {
    const { turns, done, work, all } = timed()
    const batches = Array.from({ length: 30 }, () => batch(turns, 'A', 20, work))
    await until(() => done.length > 100, 10_000)
    const before = done.length
    turns.take('C', () => work('C'))
    await all(601)
    assert.ok(done.indexOf('C') - before <= 2, `${done.indexOf('C') - before} pieces of A came first`)
    await Promise.all(batches)
  })

  it('share time, not pieces', async () => {
    const { turns, done, work, all } = timed()
    for (let one = 0; one < 300; one += 1) {
      turns.take('A', () => work('A', 3))
      turns.take('B', () => work('B', 1))
    }
    await all(600)
    const ofB = done.slice(0, 200).filter((agency) => agency === 'B').length
    assert.ok(ofB > 140 && ofB < 160, `${ofB} of the first 200 pieces are of B, which takes a third as long`)
  })

  it('give nobody back the time in which it asked for none', async () => {
    const { turns, done, work, all } = timed()
    for (let one = 0; one < 500; one += 1) turns.take('A', () => work('A'))
    await all(500)
    for (let one = 0; one < 100; one += 1) {
      turns.take('A', () => work('A'))
      turns.take('B', () => work('B'))
    }
    await all(700)
    assert.ok(done.slice(500, 520).includes('A'), 'B, which had rested, kept A waiting')
  })

  it('keep nothing of those that came once, while others always wait', async (t) => {
    const { turns, work } = timed()
    const { set } = Map.prototype
    let most = 0
    t.mock.method(Map.prototype, 'set', function (this: Map<unknown, unknown>, key: unknown, value: unknown) {
      set.call(this, key, value)
      if (typeof value === 'number') most = Math.max(most, this.size)
      return this
    })
    const left = new Set(Array.from({ length: 2000 }, (_one, index) => `address ${index}`))
    const again = (agency: string): void => {
      work(agency, 0.5)
      if (left.size > 0) turns.take(agency, () => again(agency))
    }
    for (const agency of ['A', 'B', 'C']) turns.take(agency, () => again(agency))
    for (const address of left) {
      turns.take(address, () => {
        work(address, 0.5)
        left.delete(address)
      })
      await nextImmediate()
    }
    await until(() => left.size === 0, 10_000)
    assert.ok(most < 50, `the times of ${most} are kept`)
  })

  it('let everything else go on after each slice', async () => {
    const { turns, work, all } = timed()
    let rounds = 0
    const count = setInterval(() => {}, 0)
    const round = (): void => {
      rounds += 1
      immediate = setImmediate(round)
    }
    let immediate = setImmediate(round)
    await batch(turns, 'A', 100, work)
    await all(100)
    clearImmediate(immediate)
    clearInterval(count)
    assert.ok(rounds >= 45, `the event loop went round ${rounds} times in 100 ms of work`)
  })
})
