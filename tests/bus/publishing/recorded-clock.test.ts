import assert from 'node:assert/strict'
import { it } from 'node:test'
import { createRecordedClock } from '#bus/publishing/recorded-clock.ts'

it('recorded times stand while the wall clock is behind the last of them, also after a start', () => {
  const clock = { now: 5000 }
  const recordedNow = createRecordedClock({ now: () => clock.now, last: '1970-01-01T00:00:08.000Z' })
  const times = [1000, 9000, 3000, 9001].map((now) => {
    clock.now = now
    return recordedNow()
  })
  assert.deepEqual(times, [8000, 9000, 9000, 9001])
})
