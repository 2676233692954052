import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { isWorkingDay } from '#protocol/timing/working-time.ts'
import { sendDeadline } from './working-days.ts'

const calendar = { holidays: ['2026-09-01', '2026-09-02'], makeUpDays: ['2026-08-22'] }

describe('the day by which a document must be sent', () => {
  const rows: Readonly<Record<string, readonly [string, string]>> = {
    'a weekday': ['2026-11-24', '2026-11-25T05:00:00.000Z'],
    'a Friday: the Monday after': ['2026-11-27', '2026-11-30T05:00:00.000Z'],
    'a Saturday that is not worked': ['2026-11-28', '2026-11-30T05:00:00.000Z'],
    'the day before holidays': ['2026-08-31', '2026-09-03T05:00:00.000Z'],
    'the day before a Saturday worked in exchange': ['2026-08-21', '2026-08-22T05:00:00.000Z'],
    'the end of February in a leap year': ['2028-02-28', '2028-02-29T05:00:00.000Z']
  }
  for (const [what, [signedOn, deadline]] of Object.entries(rows)) {
    it(`after ${what}`, () => assert.equal(sendDeadline(signedOn, calendar), deadline))
  }

  it('is the first working day after the day it was signed, whatever the calendar', () => {
    const day = fc
      .date({ min: new Date('2020-01-01'), max: new Date('2030-12-31'), noInvalidDate: true })
      .map((date) => date.toISOString().slice(0, 10))
    const days = fc.array(day, { maxLength: 30 })
    fc.assert(
      fc.property(day, days, days, (signedOn, holidays, makeUpDays) => {
        const deadline = sendDeadline(signedOn, { holidays, makeUpDays }).slice(0, 10)
        assert.ok(deadline > signedOn && isWorkingDay(deadline, { holidays, makeUpDays }))
        for (let at = Date.parse(signedOn) + 86_400_000; at < Date.parse(deadline); at += 86_400_000) {
          assert.ok(!isWorkingDay(new Date(at).toISOString().slice(0, 10), { holidays, makeUpDays }))
        }
      })
    )
  })

  it('ends with the last day there is', () => {
    const none = { holidays: [], makeUpDays: [] }
    for (const day of ['9999-12-30', '9999-12-31'])
      assert.equal(sendDeadline(day, none), '9999-12-31T05:00:00.000Z')
  })
})
