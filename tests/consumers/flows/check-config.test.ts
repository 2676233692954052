import assert from 'node:assert/strict'
import { it } from 'node:test'
import { checkFlowsConfig } from '#consumers/flows/check-config.ts'
import { BusError } from '#protocol/errors/bus-error.ts'

const sound = { hours: ['07:30-11:30', '11:30-17:00'], holidays: ['2028-02-29'], makeUpDays: ['2026-08-22'] }

const faulty: Readonly<Record<string, readonly [settings: object, says: RegExp]>> = {
  'hours that end before they begin': [
    { hours: ['17:00-13:30'] },
    /hours: 17:00-13:30 ends before it begins/
  ],
  'hours without a minute': [{ hours: ['08:00-08:00'] }, /hours: 08:00-08:00/],
  'hours in another order': [{ hours: ['13:30-17:00', '07:30-11:30'] }, /hours: 07:30-11:30/],
  'hours that count twice': [{ hours: ['07:30-11:30', '11:00-17:00'] }, /hours: 11:00-17:00/],
  'a holiday that no year has': [{ holidays: ['2026-02-29'] }, /no day 2026-02-29/],
  'a day of no month': [{ makeUpDays: ['2026-13-01'] }, /no day 2026-13-01/]
}

it('settings of flows that are in order are taken', () => checkFlowsConfig(sound))

for (const [what, [settings, says]] of Object.entries(faulty)) {
  it(`settings of flows are refused for ${what}, in both languages`, () => {
    assert.throws(
      () => checkFlowsConfig({ ...sound, ...settings }),
      (error) => {
        assert(error instanceof BusError)
        assert.equal(error.code, 'BUS_CONFIG_INVALID')
        assert.match(error.text('en'), says)
        assert.match(error.text('vi'), /kết thúc trước|không có ngày/)
        return true
      }
    )
  })
}
