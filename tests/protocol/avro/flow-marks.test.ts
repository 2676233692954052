import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { checkEventSchema } from '#protocol/events/check-event-schema.ts'

const text = (name: string, more: object = {}) => ({ name, type: 'string', doc: name, ...more })

function schemaWith(marks: object): string {
  return JSON.stringify({
    type: 'record',
    name: 'CaseOpenedV1',
    namespace: 'lienthong.case',
    doc: 'x',
    ...marks,
    fields: [
      text('code', { subject: true }),
      text('about'),
      text('person', { personal: true }),
      {
        name: 'by',
        type: { type: 'record', name: 'By', fields: [text('name', { personal: true })] },
        doc: 'x'
      },
      { name: 'codes', type: { type: 'array', items: 'string' }, doc: 'x' },
      { name: 'due', type: { type: 'int', logicalType: 'date' }, doc: 'x' },
      { name: 'count', type: 'int', doc: 'x' }
    ]
  })
}

const follows = { type: 'case.closed.v1', from: 'recipient' }

describe('what a schema says of flows', () => {
  const good: Readonly<Record<string, object>> = {
    nothing: {},
    everything: {
      flow: {
        title: ['about', 'code'],
        number: 'code/about',
        citizen: ['person', 'codes'],
        dossier: 'codes',
        actor: { name: 'by.name' }
      },
      expects: [
        { ...follows, withinWorkingHours: 15, until: 'due' },
        { ...follows, from: 'sender' }
      ]
    }
  }
  for (const [what, marks] of Object.entries(good)) {
    it(`may be ${what}`, () => void checkEventSchema('case.opened.v1', schemaWith(marks), []))
  }

  const bad: Readonly<Record<string, object>> = {
    'a flow that is no object': { flow: [] },
    'a title that is personal': { flow: { title: 'person' } },
    'a title in a list': { flow: { title: 'codes' } },
    'a field that is not there': { flow: { number: 'code/nothing' } },
    'a field that is no text': { flow: { dossier: 'count' } },
    'another kind of identifier': { flow: { other: 'code' } },
    'another part of an actor': { flow: { actor: { phone: 'code' } } },
    'a member that every object has': { flow: { number: 'constructor' } },
    'expectations that are no list': { expects: follows },
    'an expectation without a type': { expects: [{ from: 'sender' }] },
    'one of a malformed type': { expects: [{ ...follows, type: 'x' }] },
    'one from somebody else': { expects: [{ ...follows, from: 'minister' }] },
    'no hours': { expects: [{ ...follows, withinWorkingHours: 0 }] },
    'hours that are a text': { expects: [{ ...follows, withinWorkingHours: '8' }] },
    'a time that is none': { expects: [{ ...follows, until: 'count' }] },
    'a member that is not known': { expects: [{ ...follows, when: 'soon' }] }
  }
  for (const [what, marks] of Object.entries(bad)) {
    it(`is refused with ${what}`, () => {
      assert.throws(() => checkEventSchema('case.opened.v1', schemaWith(marks), []), {
        code: 'BUS_SCHEMA_INVALID',
        fault: 'flow' in marks ? 'schema-flow-malformed' : 'schema-expects-malformed'
      })
    })
  }
})
