import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { BusEvent } from '#protocol/events/event.ts'
import type { JsonObject } from '#protocol/events/json.ts'
import { changed, closed, opened } from '../fixtures/open.ts'
import { peopleFrom, personFrom } from './people-from.ts'
import { personOn } from './person.ts'

const at = (day: string, event: BusEvent): BusEvent => ({ ...event, time: `${day}T08:00:00+07:00` })
const from = (source: string, event: BusEvent): BusEvent => ({ ...event, source })
const open = (day: string, effectiveDate = day): BusEvent => at(day, opened('1', 'An', { effectiveDate }))
const close = (day: string, effectiveDate = day): BusEvent => at(day, closed('1', effectiveDate))
const change = (day: string, more: JsonObject & { readonly effectiveDate: string }): BusEvent =>
  at(day, changed('1', 'An', more))
const stateOn = (day: string, ...events: readonly BusEvent[]) => personOn(events, day)?.state

describe('a person by events', () => {
  it('an event that names a day before it was published holds from when it was published', () => {
    const leaver = [open('2026-11-26'), close('2026-12-01', '2026-11-20')]
    assert.equal(stateOn('2026-11-30', ...leaver), 'active')
    assert.equal(stateOn('2026-12-01', ...leaver), 'closed')
    assert.equal(personOn(leaver, '2026-12-01')?.since, '2026-12-01')
    const move = { change: 'MOVED', unit: '000.09.91.H03', effectiveDate: '2026-11-20' }
    assert.equal(personOn([open('2026-11-26'), change('2026-12-01', move)], '2026-12-01')?.unit, move.unit)
  })

  it('who comes back is back, whatever day the opening names', () => {
    const back = [open('2026-11-02'), close('2026-11-20'), open('2026-11-25', '2010-01-05')]
    assert.equal(stateOn('2026-11-26', ...back), 'active')
  })

  it('a clock of the sender that goes back changes no order', () => {
    assert.equal(stateOn('2026-11-26', open('2026-11-25'), close('2026-11-24')), 'closed')
  })

  it('after a closing only an opening opens, also what was announced before it', () => {
    const suspend = change('2026-11-10', { change: 'SUSPENDED', effectiveDate: '2026-11-10' })
    const resume = change('2026-11-10', { change: 'RESUMED', effectiveDate: '2026-12-01' })
    const left = [open('2026-11-02'), suspend, resume, close('2026-11-25')]
    assert.equal(stateOn('2026-12-02', ...left), 'closed')
    const late = change('2026-11-26', { change: 'SUSPENDED', effectiveDate: '2026-11-26' })
    assert.equal(stateOn('2026-11-26', open('2026-11-02'), close('2026-11-20'), late), 'closed')
    assert.equal(
      stateOn('2026-12-02', open('2026-11-20', '2026-12-01'), close('2026-11-22')),
      'closed',
      'an opening that was announced and called off'
    )
  })

  it('a closing that was announced can be withdrawn by an opening, and its day changed by another closing', () => {
    const announced = [open('2026-11-02'), close('2026-11-10', '2026-12-01')]
    assert.equal(stateOn('2026-12-01', ...announced), 'closed')
    assert.equal(stateOn('2026-12-02', ...announced, open('2026-11-22')), 'active')
    const later = [...announced, close('2026-11-22', '2027-01-01')]
    assert.equal(stateOn('2026-12-02', ...later), 'active')
    assert.equal(stateOn('2027-01-01', ...later), 'closed')
  })
})

describe('several staff systems', () => {
  const [a, b] = ['/agencies/000.01.91.H03/systems/a', '/agencies/000.02.91.H03/systems/b']
  const mover = [
    from(a, open('2026-11-02')),
    from(b, { ...open('2026-11-20'), data: { ...open('2026-11-20').data, unit: '000.02.91.H03' } }),
    from(a, close('2026-11-22'))
  ]

  it('of one number without a setting, the system counts that was the first', () => {
    assert.equal(personFrom(mover, [], '2026-11-26')?.state, 'closed')
  })

  it('that share their numbers: a closing of one ends nothing that the other opened', () => {
    const person = personFrom(mover, [a, b], '2026-11-26')
    assert.deepEqual([person?.state, person?.unit], ['active', '000.02.91.H03'])
    assert.equal(personFrom([...mover, from(b, close('2026-11-24'))], [a, b], '2026-11-26')?.state, 'closed')
  })

  it('count alike for a delivery and for a comparison', async () => {
    const all = async function* () {
      yield* mover
    }
    for (const systems of [[], [a, b]])
      assert.deepEqual(
        (await peopleFrom(all, systems, Date.parse('2026-11-26T08:00:00Z'))).get('1'),
        personFrom(mover, systems, '2026-11-26')
      )
  })
})
