import assert from 'node:assert/strict'
import { describe, it, test } from 'node:test'
import { markedFields } from '#protocol/avro/payload-marks.ts'
import { checkEventSchema } from '#protocol/events/check-event-schema.ts'
import { recordNameOf } from '#protocol/events/event-subjects.ts'
import { createPayloadCodec } from '#protocol/events/payload-codec.ts'
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

const party = (more: object = {}): object => ({
  type: 'record',
  name: 'Party',
  fields: [
    { name: 'code', type: 'string', doc: 'Its code.', ...more },
    { name: 'label', type: 'string', personal: true, doc: 'Who.' },
    { name: 'count', type: 'int', doc: 'How many.' }
  ]
})

/** A schema with fields `key` and `from`, and what is said of each. */
const marked = (key: object, from: object = {}, members: object = {}): string =>
  schemaOf({ key: { type: 'string', ...key }, from: { type: party(members), ...from } })

describe('marks of the sender and the subject', () => {
  const good: Readonly<Record<string, readonly [text: string, sender: string[], subject: string[]]>> = {
    'on a text': [marked({ subject: true }), [], ['key']],
    'on a record, naming a member': [marked({}, { sender: 'code' }), ['from.code'], []],
    'on a member itself': [marked({}, {}, { sender: true, subject: true }), ['from.code'], ['from.code']],
    'false, which is none': [marked({ subject: false, sender: false }), [], []],
    'on a text that may be absent': [schemaOf({ key: { ...optional('string'), subject: true } }), [], ['key']]
  }
  for (const [title, [text, sender, subject]] of Object.entries(good)) {
    test(`${title}: taken`, () => {
      const shape = checkEventSchema(type, text, [])
      const pathsOf = (name: 'sender' | 'subject') =>
        markedFields(shape, name).map(({ path }) => path.join('.'))
      assert.deepEqual([pathsOf('sender'), pathsOf('subject')], [sender, subject])
    })
  }

  const bad: Readonly<Record<string, readonly [text: string, fault: string, field: string]>> = {
    'on a number': [schemaOf({ key: { type: 'int', subject: true } }), 'schema-mark-malformed', 'key'],
    'on an enum': [schemaOf({ key: { type: side(['X']), sender: true } }), 'schema-mark-malformed', 'key'],
    'that are a number': [marked({ subject: 1 }), 'schema-mark-malformed', 'key'],
    'that name a member of a text': [marked({ subject: 'code' }), 'schema-mark-malformed', 'key'],
    'that name no member': [marked({}, { sender: 'kode' }), 'schema-mark-malformed', 'from'],
    'that name a member that is no text': [marked({}, { sender: 'count' }), 'schema-mark-malformed', 'from'],
    'that name a personal member': [marked({}, { sender: 'label' }), 'schema-mark-malformed', 'from'],
    'on a record, naming none': [marked({}, { sender: true }), 'schema-mark-malformed', 'from'],
    'on a personal field': [marked({ subject: true, personal: true }), 'schema-mark-malformed', 'key'],
    'on a list': [
      schemaOf({ keys: { type: { type: 'array', items: 'string' }, subject: true } }),
      'schema-mark-malformed',
      'keys'
    ],
    'in a list': [
      schemaOf({ parties: { type: { type: 'array', items: party({ sender: true }) } } }),
      'schema-mark-in-list',
      'parties[].code'
    ]
  }
  for (const [title, [text, fault, field]] of Object.entries(bad)) {
    test(`${title}: refused, and read all the same where an earlier release took them`, () => {
      assert.throws(
        () => checkEventSchema(type, text, []),
        (error: { fault: string; values: object }) => {
          assert.equal(error.fault, fault)
          assert.equal((error.values as { field: string }).field, field)
          return true
        }
      )
      const { shape } = createPayloadCodec(text)
      assert.deepEqual([markedFields(shape, 'sender'), markedFields(shape, 'subject')], [[], []])
    })
  }

  it('are gained by a later version, and not lost', () => {
    const [without, withBoth] = [marked({}), marked({ subject: true }, { sender: 'code' })]
    checkEventSchema(type, withBoth, [without])
    for (const [text, field] of [
      [without, 'from.code'],
      [marked({ subject: true }), 'from.code'],
      [marked({}, { sender: 'code' }), 'key'],
      [marked({ subject: true, personal: true }, { sender: 'code' }), 'key']
    ] as const) {
      assert.throws(() => checkEventSchema(type, text, [withBoth]), { code: 'BUS_SCHEMA_INVALID' }, field)
    }
    checkEventSchema(type, marked({ subject: true }, {}, { sender: true }), [withBoth]) // Said otherwise.
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
