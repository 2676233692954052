import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { checkHistory, type History, type Reading } from './history.ts'
import { missedSeededFaults } from './seeded-faults.ts'

const events = Array.from({ length: 6 }, (_unused, index) => ({
  id: `event-${index}`,
  subject: `subject-${index % 2}`,
  sequence: Math.floor(index / 2),
  hash: `hash-${index}`
}))
const reading = (recipient: string): Reading => ({ recipient, seen: events })
const sound: History = {
  acknowledged: events.map((event) => ({ ...event, receipt: `receipt of ${event.id}` })),
  readings: [reading('B'), reading('C'), reading('B'), reading('C')]
}

describe('the history checker', () => {
  it('finds nothing in a sound history, and lets an unacknowledged event be seen', () => {
    assert.deepEqual(checkHistory(sound), [])
    assert.deepEqual(checkHistory({ ...sound, acknowledged: sound.acknowledged.slice(0, 4) }), [])
  })

  it('finds every kind of fault that is seeded', () => {
    assert.deepEqual(missedSeededFaults(sound), [])
  })

  it('finds a receipt that changed between two answers', () => {
    const [first] = sound.acknowledged
    assert.ok(first)
    const faults = checkHistory({
      ...sound,
      acknowledged: [...sound.acknowledged, { ...first, receipt: 'another' }]
    })
    assert.deepEqual(faults, [{ kind: 'contradictory', recipient: 'sender', id: first.id }])
  })
})
