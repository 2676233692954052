import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { setImmediate } from 'node:timers/promises'
import { eventOf } from '#bus/archive/archived-event.ts'
import { addToBatch, openBatch } from '#consumers/flows/flow-batch.ts'
import { type GatherOptions, gatherBatches } from '#consumers/flows/gather.ts'
import { blockSize } from '#consumers/flows/postings.ts'
import { term } from '#consumers/flows/terms.ts'
import type { ParsedEvent } from '#consumers/projector/just-projected.ts'
import { projectedEvent } from '../../helpers/projected-event.ts'

const parsedEvent = (number: number): ParsedEvent => {
  const projected = projectedEvent(number, {
    type: 'document.issued.v1',
    from: '/agencies/A/systems/x',
    subject: `s${number}`,
    agency: 'B'
  })
  return { ...projected, event: eventOf(projected) }
}

const reader: ReturnType<GatherOptions['readers']> = {
  title: () => undefined,
  keys: () => [],
  actor: () => undefined,
  expects: []
}
const hours = { hours: [], holidays: [], makeUpDays: [] }

/** With these events, once it has begun. */
function kept(numbers: readonly number[], options: Partial<GatherOptions> = {}) {
  const gathered = gatherBatches({ readers: () => reader, hours, ...options })
  gathered.begin()
  const add = (...numbers: readonly number[]) => gathered.add(numbers.map(parsedEvent))
  add(...numbers)
  const after = (number: number) => {
    const found = gathered.after(number)
    return found && [found.batch.events.map((event) => event.number), found.isCut]
  }
  return { gathered, add, after }
}

const termsOf = (numbers: readonly number[]) => [
  [term.agency('A'), numbers],
  [term.agency('B'), numbers],
  ...numbers.map((number) => [term.flow(`s${number}`), [number]]),
  [term.type('document.issued.v1'), numbers]
]

describe('batches of what was just projected', () => {
  it('are given as far as they follow on a number, with the terms of their events alone', () => {
    const { gathered, after } = kept([4, 5, 6, 9])
    assert.equal(after(2), undefined)
    assert.deepEqual(after(3), [[4, 5, 6], true])
    const { batch } = gathered.after(4) ?? assert.fail()
    assert.deepEqual([...batch.terms].sort(), termsOf([5, 6]))
    assert.deepEqual(batch.events[0]?.mayRead, ['B'])
    assert.equal(after(6), undefined, 'others projected 7 and 8')
    assert.deepEqual(after(8), [[9], false])
    assert.equal(after(9), undefined)
  })

  it('are not changed once they are given, and given again until they are passed', () => {
    const { gathered, add, after } = kept([1, 2])
    const given = gathered.after(0)?.batch ?? assert.fail()
    add(3)
    assert.deepEqual(after(0), [[1, 2], false])
    assert.deepEqual(after(1), [[2], false])
    assert.deepEqual(after(2), [[3], false])
    assert.equal(given.events.length, 2)
    assert.deepEqual([...given.terms].sort(), termsOf([1, 2]))
  })

  it('are of one block of the archive, and only where a block ends is the next one due', () => {
    const { add, after } = kept([blockSize - 2, blockSize - 1, blockSize])
    assert.deepEqual(after(blockSize - 3), [[blockSize - 2, blockSize - 1], true])
    assert.deepEqual(after(blockSize - 1), [[blockSize], false])
    add(blockSize + 1)
    assert.deepEqual(after(blockSize - 1), [[blockSize], false])
  })

  it('are made in other turns of the event loop, some events in each, without being asked for', async () => {
    let handled = 0
    const readers = () => {
      handled += 1
      return reader
    }
    kept(
      Array.from({ length: 300 }, (_, index) => index + 1),
      { readers }
    )
    assert.equal(handled, 0)
    const turns: number[] = []
    for (let before = -1; before < handled; ) {
      before = handled
      await setImmediate()
      turns.push(handled)
    }
    const perEvent = handled / 300
    assert.deepEqual(
      turns,
      [128, 256, 300, 300].map((events) => events * perEvent)
    )
  })

  it('are not made before it has begun, nor once they hold too much or too many events wait', () => {
    const early = gatherBatches({ readers: () => reader, hours })
    early.add([parsedEvent(1)])
    assert.equal(early.after(0), undefined)
    const { gathered, add, after } = kept([1, 2, 3], { maxSize: 20 })
    assert.deepEqual(after(0), [[1, 2, 3], false])
    add(4)
    assert.equal(after(0), undefined)
    add(5)
    assert.equal(after(4), undefined)
    gathered.begin()
    add(6)
    assert.deepEqual(after(5), [[6], false])
    const many = Array.from({ length: 2001 }, (_, index) => index + 1)
    assert.equal(kept(many).after(0), undefined)
  })

  it('are not given in a wrong order, whatever order the events came in', () => {
    const { after } = kept([6, 7, 1, 2])
    assert.equal(after(0), undefined)
    assert.deepEqual(after(5), [[6, 7], false])
    assert.equal(after(7), undefined)
  })

  it('leave an event that cannot be handled to whoever reads the archive', () => {
    let handled = 0
    const expecting: typeof reader = {
      ...reader,
      get expects() {
        handled += 1
        return handled === 3 ? assert.fail('an event that cannot be handled') : []
      }
    }
    assert.equal(kept([1, 2, 3], { readers: () => expecting }).after(0), undefined)
  })
})

describe('a batch', () => {
  it('has nothing of an event that cannot be handled', () => {
    const batch = openBatch()
    const options = { readers: () => ({ ...reader, title: () => assert.fail('no title') }), hours }
    const followed = { ...parsedEvent(1), recordedAt: 0, mayRead: ['B'] }
    assert.throws(() => addToBatch(batch, followed, options), /no title/)
    assert.deepEqual(batch, openBatch())
  })
})
