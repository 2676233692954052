import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { changeExpected, mayMeet } from '#consumers/flows/expected.ts'
import { type Expected, type FlowEvent, toFlowEvent } from '#consumers/flows/flow-event.ts'
import type { ExpectedFrom, PayloadReader } from '#consumers/flows/payload-reader.ts'
import type { BusEvent } from '#protocol/events/event.ts'

const nothing: PayloadReader = { title: () => undefined, keys: () => [], actor: () => undefined, expects: [] }
const asking = 'document.issued.v1'
const answering = 'document.status-changed.v1'
const recalling = 'document.recalled.v1'
const answer: ExpectedFrom = {
  ...{ from: 'recipient', types: answering },
  any: [{ type: answering, from: 'recipient', withinWorkingHours: 4 }]
}
const options = {
  readers: (type: string): PayloadReader => (type === asking ? { ...nothing, expects: [answer] } : nothing),
  hours: { hours: ['07:30-11:30', '13:30-17:00'], holidays: [], makeUpDays: [] }
}

interface Step {
  readonly type: string
  readonly from: string
  readonly to: readonly string[]
  readonly subject: string
}

function toEvents(steps: readonly Step[], first = 1): readonly FlowEvent[] {
  return steps.map(({ type, from, to, subject }, index) => {
    const event = {
      ...{ id: `${first + index}`, type, subject, correlationid: 'flow', data: {} },
      ...{ source: `/agencies/${from}/systems/x`, recipients: to.join(',') }
    } as unknown as BusEvent
    const recordedAt = Date.parse('2026-11-27T09:00:00.000Z') // A Friday, 16:00 in Vietnam.
    return toFlowEvent({ number: first + index, event, recordedAt, mayRead: to }, options)
  })
}

function namesOf(rows: readonly Expected[]): readonly string[] {
  return rows.map(({ step, agency }) => `${step} ${agency}`).sort()
}

/** The same, said without rows: who was asked about a subject and has neither answered since nor been recalled. */
function model(steps: readonly Step[]): readonly string[] {
  return steps
    .flatMap((asked, at) => {
      if (asked.type !== asking) return []
      const later = steps.slice(at + 1).filter(({ subject }) => subject === asked.subject)
      return asked.to
        .filter(
          (agency) =>
            !later.some(
              ({ type, from, to }) =>
                (type === answering && from === agency) ||
                (type === recalling && from === asked.from && to.includes(agency))
            )
        )
        .map((agency) => `${at + 1} ${agency}`)
    })
    .sort()
}

describe('what is expected in a flow', () => {
  const agency = fc.constantFrom('A', 'B', 'C')
  const step = fc.record({
    type: fc.constantFrom(asking, answering, recalling),
    from: agency,
    to: fc.uniqueArray(agency, { minLength: 1 }),
    subject: fc.constantFrom('one', 'two')
  })

  it('is what was asked and not answered about the same subject, however events are cut into batches', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 12 }), fc.nat({ max: 12 }), (steps, cut) => {
        const events = toEvents(steps)
        const first = changeExpected([], events.slice(0, cut)).added
        const { subjects } = mayMeet(events.slice(cut))
        const before = first.filter((row) =>
          subjects.some(({ name, agency }) => name === row.subject && agency === row.agency)
        )
        const { met, added } = changeExpected(before, events.slice(cut))
        const rows = [...first.filter(({ id }) => !met.includes(id)), ...added]
        assert.deepEqual(namesOf(rows), model(steps))
      })
    )
  })

  it('is due by working hours', () => {
    const { added } = changeExpected([], toEvents([{ type: asking, from: 'A', to: ['B'], subject: 's' }]))
    assert.deepEqual(
      added.map(({ due }) => new Date(due ?? 0).toISOString()),
      ['2026-11-30T03:30:00.000Z'] // One hour on Friday, three on Monday morning.
    )
  })
})
