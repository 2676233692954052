import assert from 'node:assert/strict'
import { it } from 'node:test'
import { createRecordedClock } from '#bus/publishing/recorded-clock.ts'

it('recorded times stand while the wall clock is behind the last of them, also after a start', () => {
  const clock = { now: 5000 }
  const recordedNow = createRecordedClock({
    now: () => clock.now,
    last: '1970-01-01T00:00:08.000Z',
    lastActAt: () => 0
  })
  const times = [1000, 9000, 3000, 9001].map((now) => {
    clock.now = now
    return recordedNow()
  })
  assert.deepEqual(times, [8000, 9000, 9000, 9001])
})

it('recorded times follow a wall clock that is set back by more than a day', () => {
  const clock = { now: Date.parse('2027-11-28T00:00:00Z') }
  const recordedNow = createRecordedClock({ now: () => clock.now, last: undefined, lastActAt: () => 0 })
  recordedNow()
  clock.now = Date.parse('2026-11-28T00:00:00Z')
  assert.equal(recordedNow(), clock.now)
})

it('recorded times are not before the last act, so that a key added meanwhile is valid', () => {
  const clock = { now: 5000, act: 0 }
  const recordedNow = createRecordedClock({
    now: () => clock.now,
    last: undefined,
    lastActAt: () => clock.act
  })
  assert.equal(recordedNow(), 5000)
  clock.act = 9000
  assert.equal(recordedNow(), 9000)
})

it('an act of a clock that was days ahead does not decide, also when it is less than a day ahead', () => {
  const day = 86_400_000
  const clock = { now: day }
  const recordedNow = createRecordedClock({ now: () => clock.now, last: undefined, lastActAt: () => 4 * day })
  assert.equal(recordedNow(), day)
  clock.now = 3.5 * day
  assert.equal(recordedNow(), clock.now)
})
