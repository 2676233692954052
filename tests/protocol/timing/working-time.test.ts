import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { createWorkingClock } from '#protocol/timing/working-time.ts'

const settings = {
  hours: ['07:30-11:30', '13:30-17:00'],
  holidays: ['2026-09-02'],
  makeUpDays: ['2026-08-22']
}
const clock = () => createWorkingClock(settings, 4000)

describe('working time', () => {
  it('that is added to an instant is what lies between the two, and the later instant is in working hours', () => {
    const instant = fc.integer({ min: Date.parse('2026-01-01'), max: Date.parse('2027-12-31') })
    fc.assert(
      fc.property(instant, fc.integer({ min: 1, max: 20_000 }), (from, minutes) => {
        const to = clock().plusMinutes(from, minutes) ?? 0
        assert.ok(Math.abs(clock().minutesBetween(from, to) - minutes) < 1e-6)
        assert.ok(clock().minutesBetween(to - 60_000, to) > 0)
      })
    )
  })

  it('skips weekends and holidays, and counts days that are worked in exchange', () => {
    const between = (from: string, to: string) => clock().minutesBetween(Date.parse(from), Date.parse(to))
    assert.equal(between('2026-08-21T17:00:00Z', '2026-08-22T17:00:00Z'), 450, 'a Saturday that is worked')
    assert.equal(between('2026-08-22T17:00:00Z', '2026-08-23T17:00:00Z'), 0, 'a Sunday')
    assert.equal(between('2026-09-01T17:00:00Z', '2026-09-02T17:00:00Z'), 0, 'a holiday')
  })

  it('is given up where there is none', () => {
    const never = createWorkingClock({ ...settings, hours: ['07:30-07:30'] }, 100)
    assert.equal(never.plusMinutes(0, 1), undefined)
    assert.ok(never.isSpent())
  })
})
