import assert from 'node:assert/strict'
import { describe, it, test } from 'node:test'
import { checkEventSchema } from '#protocol/events/check-event-schema.ts'
import { recordNameOf } from '#protocol/events/event-subjects.ts'
import { shippedSchemas } from '#runtime/shipped-schemas.ts'

const type = 'case.status-changed.v2'
const side = (symbols: readonly string[]): object => ({ type: 'enum', name: 'Side', symbols })
const optional = (inner: unknown): object => ({ type: ['null', inner], default: null })
const person = (...more: readonly object[]): object => ({
  type: 'record',
  name: 'Person',
  fields: [{ name: 'name', type: 'string', personal: true, doc: 'Who.' }, ...more]
})

const base = {
  a: { type: 'string' },
  b: optional('int'),
  side: { type: side(['X', 'Y']) },
  people: { type: { type: 'array', items: person() } }
}

function schemaOf(fields: Readonly<Record<string, object>>): string {
  return JSON.stringify({
    type: 'record',
    name: 'CaseStatusChangedV2',
    namespace: 'lienthong.case',
    fields: Object.entries(fields).map(([name, more]) => ({ name, doc: 'Said.', ...more }))
  })
}

const { b, ...withoutB } = base

const fitting: readonly (readonly [title: string, text: string])[] = [
  ['the same', schemaOf(base)],
  ['an optional field more', schemaOf({ ...base, c: optional('string') })],
  ['fields in another order', schemaOf({ b, ...withoutB })],
  ['another doc', schemaOf({ ...base, a: { type: 'string', doc: 'Said otherwise.' } })],
  ['a field become personal', schemaOf({ ...base, a: { type: 'string', personal: true } })],
  [
    'an optional field more further in',
    schemaOf({
      ...base,
      people: { type: { type: 'array', items: person({ name: 'x', doc: 'X.', ...optional('int') }) } }
    })
  ]
]

const breaking: readonly (readonly [title: string, text: string, field: string])[] = [
  ['a field gone', schemaOf(withoutB), 'b'],
  ['a field of another type', schemaOf({ ...base, a: { type: 'bytes' } }), 'a'],
  ['an int become a day', schemaOf({ ...base, b: optional({ type: 'int', logicalType: 'date' }) }), 'b'],
  ['an optional field become required', schemaOf({ ...base, b: { type: 'int' } }), 'b'],
  ['a required field become optional', schemaOf({ ...base, a: optional('string') }), 'a'],
  ['a required field more', schemaOf({ ...base, c: { type: 'string' } }), 'c'],
  ['a symbol more', schemaOf({ ...base, side: { type: side(['X', 'Y', 'Z']) } }), 'side'],
  ['symbols in another order', schemaOf({ ...base, side: { type: side(['Y', 'X']) } }), 'side'],
  [
    'a required field more further in',
    schemaOf({
      ...base,
      people: { type: { type: 'array', items: person({ name: 'x', doc: 'X.', type: 'int' }) } }
    }),
    'people[].x'
  ],
  [
    'a personal field no longer personal',
    schemaOf({
      ...base,
      people: {
        type: {
          type: 'array',
          items: { ...person(), fields: [{ name: 'name', type: 'string', doc: 'Who.' }] }
        }
      }
    }),
    'people[].name'
  ]
]

describe('within a version a schema may only gain optional fields', () => {
  for (const [title, text] of fitting) {
    test(`${title}: taken`, () => {
      checkEventSchema(type, text, [schemaOf(base)])
    })
  }
  for (const [title, text, field] of breaking) {
    test(`${title}: refused`, () => {
      assert.throws(() => checkEventSchema(type, text, [schemaOf(base)]), {
        code: 'BUS_SCHEMA_INVALID',
        fault: 'schema-changes-field',
        values: { field, type }
      })
    })
  }

  it('compares with the newest, which holds all that came before', () => {
    const gained = schemaOf({ ...base, c: optional('string') })
    assert.throws(() => checkEventSchema(type, schemaOf(base), [schemaOf(base), gained]), {
      fault: 'schema-changes-field'
    })
  })
})

it('a record is named for its type', () => {
  assert.equal(recordNameOf(type), 'lienthong.case.CaseStatusChangedV2')
  assert.throws(() => checkEventSchema('case.opened.v1', schemaOf(base), []), {
    code: 'BUS_SCHEMA_INVALID',
    fault: 'schema-name-not-of-type'
  })
})

it('a schema outside the profile is refused', () => {
  assert.throws(() => checkEventSchema(type, schemaOf({ a: { type: 'double' } }), []), {
    fault: 'schema-type-refused'
  })
})

it('every shipped schema is fit to be registered', () => {
  for (const shipped of shippedSchemas()) checkEventSchema(shipped.type, shipped.text, [])
})
