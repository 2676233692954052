import assert from 'node:assert/strict'
import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { parseAvro } from '#protocol/avro/parse-avro.ts'
import { repository } from '../../helpers/demo-bus.ts'

const parse = (schema: unknown, references: readonly unknown[] = []): ReturnType<typeof parseAvro> =>
  parseAvro(
    JSON.stringify(schema),
    references.map((reference) => JSON.stringify(reference))
  )
const record = (...fields: readonly object[]): object => ({ type: 'record', name: 'R', fields })
const withDefault = (type: unknown, value: string): string =>
  `{"type":"record","name":"R","fields":[{"name":"a","type":${JSON.stringify(type)},"default":${value}}]}`

describe('a schema of Avro', () => {
  for (const path of globSync('schemas/**/*.avsc', { cwd: repository })) {
    it(`is read: ${path}`, () => {
      assert.equal(parseAvro(readFileSync(join(repository, path), 'utf8')).kind, 'record')
    })
  }

  it('is any type, named or not', () => {
    for (const kind of ['null', 'boolean', 'int', 'long', 'float', 'double', 'bytes', 'string']) {
      assert.equal(parse(kind).kind, kind)
      assert.equal(parse({ type: kind, logicalType: 'unheard-of' }).kind, kind)
    }
    assert.equal(parse({ type: 'array', items: 'int' }).kind, 'array')
    assert.equal(parse({ type: 'map', values: 'int' }).kind, 'map')
    assert.equal(parse(['null', 'int']).kind, 'union')
    assert.equal(parse({ type: 'enum', name: 'E', symbols: ['A'] }).kind, 'enum')
    assert.equal(parse({ type: 'fixed', name: 'F', size: 0 }).kind, 'fixed')
  })

  it('holds itself by being the same object', () => {
    const list = parse(record({ name: 'next', type: ['null', 'R'] }))
    assert.ok(list.kind === 'record')
    const next = list.fields.get('next')?.type
    assert.ok(next?.kind === 'union')
    assert.equal(next.branches[1], list)
  })

  it('uses the types of its references, and they those of the references before them', () => {
    const inner = { type: 'fixed', name: 'a.F', size: 2 }
    const outer = { type: 'record', name: 'a.R', fields: [{ name: 'f', type: 'F' }] }
    assert.equal(parse('a.R', [inner, outer]).kind, 'record')
    assert.throws(() => parse('a.R', [outer, inner]), { fault: 'avro-type-unknown' })
  })

  it('finds a name in its own namespace before it finds one without', () => {
    const both = record(
      { name: 'near', type: { type: 'fixed', name: 'vn.gov.F', size: 1 } },
      { name: 'far', type: { type: 'fixed', name: 'F', namespace: '', size: 2 } },
      { name: 'found', type: { type: 'record', name: 'vn.gov.S', fields: [{ name: 'f', type: 'F' }] } }
    )
    const type = parse(both)
    assert.ok(type.kind === 'record')
    const found = type.fields.get('found')?.type
    assert.ok(found?.kind === 'record')
    assert.equal(found.fields.get('f')?.type, type.fields.get('near')?.type)
  })

  const taken: readonly (readonly [unknown, string])[] = [
    ['int', '2147483647'],
    ['long', '-9223372036854775808'],
    ['float', '1'],
    ['double', '1.5'],
    ['bytes', '"\\u00ff"'],
    [['null', 'string'], '"of the second branch"'],
    [{ type: 'array', items: 'int' }, '[1,2]'],
    [{ type: 'map', values: 'boolean' }, '{"__proto__":true}'],
    [{ type: 'fixed', name: 'F', size: 2 }, '"ab"'],
    [{ type: 'enum', name: 'E', symbols: ['A'] }, '"A"'],
    [{ type: 'record', name: 'S', fields: [{ name: 'x', type: 'int', default: 0 }] }, '{}']
  ]
  for (const [type, value] of taken) {
    it(`takes ${value} as a default of ${JSON.stringify(type)}`, () => {
      assert.doesNotThrow(() => parseAvro(withDefault(type, value)))
    })
  }

  const wrong: readonly (readonly [unknown, string])[] = [
    ['int', '2147483648'],
    ['int', '1.0'],
    ['long', '9223372036854775808'],
    ['string', '1'],
    ['bytes', '"\\u0100"'],
    [['null', 'string'], '1'],
    [{ type: 'array', items: 'int' }, '["1"]'],
    [{ type: 'map', values: 'boolean' }, '{"__proto__":1}'],
    [{ type: 'fixed', name: 'F', size: 2 }, '"abc"'],
    [{ type: 'enum', name: 'E', symbols: ['A'] }, '"B"'],
    [{ type: 'record', name: 'S', fields: [{ name: 'x', type: 'int' }] }, '{}']
  ]
  for (const [type, value] of wrong) {
    it(`refuses ${value} as a default of ${JSON.stringify(type)}, naming the field`, () => {
      assert.throws(
        () => parseAvro(withDefault(type, value)),
        (error: { readonly fault?: unknown; readonly values?: { readonly field?: unknown } }) =>
          error.fault === 'avro-default-wrong' && error.values?.field === 'a'
      )
    })
  }

  const refused: Readonly<Record<string, readonly [unknown, string]>> = {
    'a type that is not known': [record({ name: 'a', type: 'text' }), 'avro-type-unknown'],
    'a type that is defined after it': [
      record({ name: 'a', type: 'F' }, { name: 'b', type: { type: 'fixed', name: 'F', size: 1 } }),
      'avro-type-unknown'
    ],
    'a union in a union': [['int', ['null']], 'avro-union-malformed'],
    'a union with a type twice': [['int', { type: 'int', logicalType: 'date' }], 'avro-union-malformed'],
    'an enum with a symbol twice': [{ type: 'enum', name: 'E', symbols: ['A', 'A'] }, 'avro-enum-malformed'],
    'an enum with a symbol that is no name': [
      { type: 'enum', name: 'E', symbols: ['ĐÓNG'] },
      'avro-enum-malformed'
    ],
    'a fixed of less than nothing': [{ type: 'fixed', name: 'F', size: -1 }, 'avro-fixed-malformed'],
    'a fixed of a half': [{ type: 'fixed', name: 'F', size: 0.5 }, 'avro-fixed-malformed'],
    'a record without fields': [{ type: 'record', name: 'R' }, 'schema-field-malformed'],
    'a field twice': [
      record({ name: 'a', type: 'int' }, { name: 'a', type: 'int' }),
      'schema-field-malformed'
    ],
    'a name twice': [record({ name: 'a', type: record() }), 'schema-name-twice'],
    'a name of a primitive type': [{ type: 'fixed', name: 'int', size: 1 }, 'schema-name-malformed'],
    'a name that begins with a digit': [{ type: 'fixed', name: '1F', size: 1 }, 'schema-name-malformed'],
    'no name': [{ type: 'fixed', size: 1 }, 'schema-name-malformed'],
    'a number': [7, 'avro-type-unknown'],
    nothing: [null, 'avro-type-unknown']
  }
  for (const [what, [schema, fault]] of Object.entries(refused)) {
    it(`is refused: ${what}`, () => {
      assert.throws(() => parse(schema), { code: 'BUS_SCHEMA_INVALID', fault })
    })
  }

  it('is refused where it is no JSON', () => {
    assert.throws(() => parseAvro('int'), { code: 'BUS_SCHEMA_INVALID', fault: 'schema-not-json' })
  })
})
