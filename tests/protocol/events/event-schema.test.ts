import assert from 'node:assert/strict'
import { describe, it, test } from 'node:test'
import { readEventSchema } from '#protocol/events/event-schema.ts'
import { createPayloadCodec } from '#protocol/events/payload-codec.ts'
import { everyShape } from '../../helpers/every-shape.ts'

const record = (fields: unknown, more: object = {}): string =>
  JSON.stringify({ type: 'record', name: 'lienthong.test.A', fields, ...more })
const field = (type: unknown, more: object = {}): object => ({ name: 'a', type, doc: 'A.', ...more })
const oneField = (type: unknown, more: object = {}): string => record([field(type, more)])
const inner = (name: string, fields: unknown): object => ({ type: 'record', name, fields })

/** Records in records, each ten times in the next: small as text, huge when written out. */
function multiplying(levels: number): string {
  let type: unknown = inner('R0', [field('int')])
  for (let level = 1; level <= levels; level += 1) {
    const again = Array.from({ length: 9 }, (_, index) => ({ ...field(`R${level - 1}`), name: `b${index}` }))
    type = inner(`R${level}`, [field(type), ...again])
  }
  return oneField(type)
}

function nested(levels: number): unknown {
  return levels === 0 ? 'int' : { type: 'array', items: nested(levels - 1) }
}

const refusals: readonly (readonly [title: string, text: string, fault: string, path?: string])[] = [
  ['no JSON', '{', 'schema-not-json'],
  ['a member twice', '{"type":"record","type":"enum"}', 'schema-not-json'],
  ['no record', '"string"', 'schema-not-a-record'],
  ['a list of types', '["null","string"]', 'schema-type-refused'],
  ['a record without fields', record([]), 'schema-record-empty'],
  ['fields that are no list', record('x'), 'schema-field-malformed'],
  ['a field without a type', record([{ name: 'a', doc: 'A.' }]), 'avro-type-unknown', 'a'],
  ['float', oneField('float'), 'schema-type-refused', 'a'],
  ['double', oneField('double'), 'schema-type-refused', 'a'],
  ['null alone', oneField('null'), 'schema-type-refused', 'a'],
  ['a map', oneField({ type: 'map', values: 'string' }), 'schema-type-refused', 'a'],
  ['fixed', oneField({ type: 'fixed', name: 'F', size: 4 }), 'schema-type-refused', 'a'],
  [
    'another logical type',
    oneField({ type: 'bytes', logicalType: 'decimal', precision: 4 }),
    'schema-type-refused',
    'a'
  ],
  ['a date of longs', oneField({ type: 'long', logicalType: 'date' }), 'schema-type-refused', 'a'],
  [
    'instants in microseconds',
    oneField({ type: 'long', logicalType: 'timestamp-micros' }),
    'schema-type-refused',
    'a'
  ],
  ['an unknown type', oneField('Unknown'), 'avro-type-unknown', 'a'],
  ['a union in a list', oneField({ type: 'array', items: ['null', 'string'] }), 'schema-type-refused', 'a[]'],
  ['a union without null', oneField(['string', 'int'], { default: 'x' }), 'schema-optional-malformed', 'a'],
  ['null for a union without it', oneField(['string', 'int'], { default: null }), 'avro-default-wrong', 'a'],
  ['null last', oneField(['string', 'null'], { default: 'x' }), 'schema-optional-malformed', 'a'],
  [
    'a union of three',
    oneField(['null', 'string', 'int'], { default: null }),
    'schema-optional-malformed',
    'a'
  ],
  ['an optional field without default', oneField(['null', 'string']), 'schema-optional-malformed', 'a'],
  ['a default for a required field', oneField('string', { default: '' }), 'schema-default-refused', 'a'],
  ['a field without doc', record([{ name: 'a', type: 'int' }]), 'schema-field-without-doc', 'a'],
  ['an empty doc', oneField('int', { doc: ' ' }), 'schema-field-without-doc', 'a'],
  ['personal as text', oneField('int', { personal: 'true' }), 'schema-field-malformed', 'a'],
  ['a field twice', record([field('int'), field('int')]), 'schema-field-malformed'],
  ['a field that is no object', record(['a']), 'schema-field-malformed'],
  ['a name with a dash', record([{ ...field('int'), name: 'a-b' }]), 'schema-field-malformed'],
  ['__proto__', record([{ ...field('int'), name: '__proto__' }]), 'schema-field-malformed'],
  ['a name every object has', record([{ ...field('int'), name: 'toString' }]), 'schema-field-malformed'],
  [
    'a record without a name',
    JSON.stringify({ type: 'record', fields: [field('int')] }),
    'schema-name-malformed'
  ],
  ['a record named as a type', record([field('int')], { name: 'string' }), 'schema-name-malformed'],
  ['a record named as a type we refuse', record([field('int')], { name: 'map' }), 'schema-name-malformed'],
  ['a name with code in it', record([field('int')], { name: 'a){}//' }), 'schema-name-malformed'],
  ['an empty part of a name', record([field('int')], { name: 'a..B' }), 'schema-name-malformed'],
  ['a name defined twice', oneField(inner('lienthong.test.A', [field('int')])), 'schema-name-twice', 'a'],
  ['a type that refers to itself', oneField({ type: 'array', items: 'A' }), 'schema-recursive', 'a[]'],
  [
    'an enum without symbols',
    oneField({ type: 'enum', name: 'E', symbols: [] }),
    'schema-enum-malformed',
    'a'
  ],
  ['a symbol twice', oneField({ type: 'enum', name: 'E', symbols: ['X', 'X'] }), 'avro-enum-malformed', 'a'],
  [
    'a symbol with a space',
    oneField({ type: 'enum', name: 'E', symbols: ['X Y'] }),
    'avro-enum-malformed',
    'a'
  ],
  [
    'a symbol that every object has',
    oneField({ type: 'enum', name: 'E', symbols: ['toString'] }),
    'schema-enum-malformed',
    'a'
  ],
  ['lists in lists without end', oneField(nested(20)), 'schema-too-deep'],
  ['records that multiply', multiplying(8), 'schema-too-large'],
  [
    'an attachment of another shape',
    oneField(inner('lienthong.Attachment', [{ ...field('string'), name: 'name' }])),
    'schema-attachment-malformed',
    'a'
  ]
]

describe('a schema outside the profile is refused, naming the field', () => {
  for (const [title, text, fault, path] of refusals) {
    test(title, () => {
      assert.throws(
        () => readEventSchema(text),
        (error: { code: string; fault: string; values: { field?: string } }) => {
          assert.equal(error.code, 'BUS_SCHEMA_INVALID')
          assert.equal(error.fault, fault)
          if (path !== undefined) assert.equal(error.values.field, path)
          return true
        }
      )
    })
  }
})

it('a hostile schema is refused at once', () => {
  const hostile = [
    oneField(nested(30)),
    multiplying(8),
    record(Array(5000).fill(field('int'))),
    '['.repeat(200_000)
  ]
  for (const text of hostile) {
    const start = performance.now()
    assert.throws(() => createPayloadCodec(text), { code: 'BUS_SCHEMA_INVALID' })
    assert.ok(performance.now() - start < 500)
  }
})

it('names resolve as Avro has them: in the namespace around, else in full', () => {
  const shape = readEventSchema(
    record([
      field(inner('B', [field('int')])),
      { ...field('B'), name: 'b' },
      { ...field('lienthong.test.B'), name: 'c' },
      { ...field(inner('other.C', [field(inner('D', [field('int')]))])), name: 'd' },
      { ...field('other.D'), name: 'e' }
    ])
  )
  const names = shape.fields.map(({ shape: inside }) => (inside.kind === 'record' ? inside.name : ''))
  assert.deepEqual(names, ['lienthong.test.B', 'lienthong.test.B', 'lienthong.test.B', 'other.C', 'other.D'])
  createPayloadCodec(everyShape)
})

it('what is personal and what is optional is told', () => {
  const { fields } = readEventSchema(everyShape)
  assert.deepEqual(
    fields.filter(({ personal }) => personal).map(({ name }) => name),
    ['secret']
  )
  assert.deepEqual(
    fields.filter(({ optional }) => optional).map(({ name }) => name),
    ['secret', 'big', 'at', 'names', 'files', 'cover']
  )
})
