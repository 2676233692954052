import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { eventOf } from '#bus/archive/archived-event.ts'
import { type GatheredOptions, gatherBatches } from '#consumers/flows/gather.ts'
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

const expected: GatheredOptions = {
  readers: () => ({ title: () => undefined, keys: () => [], actor: () => undefined, expects: [] }),
  hours: { hours: [], holidays: [], makeUpDays: [] }
}

/** With these events, once somebody takes them. */
function kept(numbers: readonly number[], options: Partial<GatheredOptions> = {}) {
  const gathered = gatherBatches({ ...expected, ...options })
  gathered.after(0)
  gathered.add(numbers.map(parsedEvent))
  const after = (number: number) => {
    const found = gathered.after(number)
    return found && [found.batch.events.map((event) => event.number), found.isCut]
  }
  return { gathered, after }
}

describe('batches of what was just projected', () => {
  it('are given as far as they follow on a number, with the terms of their events alone', () => {
    const { gathered, after } = kept([4, 5, 6, 9])
    assert.equal(after(2), undefined)
    assert.deepEqual(after(3), [[4, 5, 6], true])
    const { batch } = gathered.after(4) ?? assert.fail()
    assert.deepEqual([...batch.terms].sort(), [
      [term.agency('A'), [5, 6]],
      [term.agency('B'), [5, 6]],
      [term.flow('s5'), [5]],
      [term.flow('s6'), [6]],
      [term.type('document.issued.v1'), [5, 6]]
    ])
    assert.deepEqual(batch.events[0]?.mayRead, ['B'])
    assert.equal(after(6), undefined, 'others projected 7 and 8')
    assert.deepEqual(after(8), [[9], false])
    assert.equal(after(9), undefined)
  })

  it('are not added to once they are given, and given again until they are passed', () => {
    const { gathered, after } = kept([1, 2])
    const given = gathered.after(0)?.batch
    gathered.add([3].map(parsedEvent))
    assert.deepEqual(given?.events.length, 2)
    assert.deepEqual(after(0), [[1, 2], true])
    assert.deepEqual(after(2), [[3], false])
  })

  it('are of one block of the archive', () => {
    const { after } = kept([blockSize - 2, blockSize - 1, blockSize])
    assert.deepEqual(after(blockSize - 3), [[blockSize - 2, blockSize - 1], true])
    assert.deepEqual(after(blockSize - 1), [[blockSize], false])
  })

  it('are not kept before somebody takes them, nor where they fall behind', () => {
    const untaken = gatherBatches(expected)
    untaken.add([parsedEvent(1)])
    assert.equal(untaken.after(0), undefined)
    const { gathered, after } = kept([1, 2, 3], { maxEvents: 3 })
    gathered.add([parsedEvent(4)])
    gathered.add([parsedEvent(5)])
    assert.equal(after(0), undefined)
    gathered.add([parsedEvent(6)])
    assert.deepEqual(after(5), [[6], false])
    assert.equal(kept([1, 2], { maxBytes: 10 }).after(0), undefined)
  })

  it('are not given in a wrong order, whatever order the events came in', () => {
    const { after } = kept([6, 7, 1, 2])
    assert.equal(after(0), undefined)
    assert.deepEqual(after(5), [[6, 7], true])
    assert.equal(after(7), undefined)
  })

  it('leave an event that cannot be handled to whoever reads the archive', () => {
    const readers: GatheredOptions['readers'] = () => assert.fail('handled')
    assert.equal(kept([1], { readers }).after(0), undefined)
  })
})
