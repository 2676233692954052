import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { eventOf } from '#bus/archive/archived-event.ts'
import {
  createJustProjected,
  type JustProjectedOptions,
  type ParsedEvent
} from '#consumers/projector/just-projected.ts'
import { projectedEvent } from '../../helpers/projected-event.ts'

const parsedEvent = (number: number): ParsedEvent => {
  const projected = projectedEvent(number, {
    type: 'document.issued.v1',
    from: '/agencies/A/systems/x',
    subject: 's',
    agency: 'B'
  })
  return { ...projected, event: eventOf(projected) }
}

/** With these events, once somebody takes them. */
function kept(numbers: readonly number[], options: JustProjectedOptions = {}) {
  const just = createJustProjected(options)
  just.after(0, 10)
  just.add(numbers.map(parsedEvent))
  const after = (number: number, limit = 10) => {
    const found = just.after(number, limit)
    return found && [found.events.map((event) => event.number), found.isCut]
  }
  return { just, after }
}

describe('what was just projected', () => {
  it('is given as far as it follows on a number, with who may read it', () => {
    const { just, after } = kept([4, 5, 6, 9])
    assert.equal(after(2), undefined)
    assert.deepEqual(after(3, 2), [[4, 5], true])
    assert.deepEqual(after(5), [[6], true])
    assert.equal(after(6), undefined, 'others projected 7 and 8')
    assert.deepEqual(just.after(8, 10)?.events.at(0)?.mayRead, ['B'])
    assert.deepEqual(after(8), [[9], false])
    assert.equal(after(9), undefined)
  })

  it('is not kept before somebody takes it, nor where they fall behind', () => {
    const untaken = createJustProjected()
    untaken.add([parsedEvent(1)])
    assert.equal(untaken.after(0, 10), undefined)
    const { just, after } = kept([1, 2, 3], { maxEvents: 3 })
    just.add([parsedEvent(4)])
    just.add([parsedEvent(5)])
    assert.equal(after(0), undefined)
    just.add([parsedEvent(6)])
    assert.deepEqual(after(5), [[6], false])
    assert.equal(kept([1, 2], { maxBytes: 10 }).after(0), undefined)
  })

  it('gives nothing in a wrong order, whatever order it came in', () => {
    const { after } = kept([6, 7, 1, 2])
    assert.equal(after(0), undefined)
    assert.deepEqual(after(5), [[6, 7], true])
    assert.equal(after(7), undefined)
  })
})
