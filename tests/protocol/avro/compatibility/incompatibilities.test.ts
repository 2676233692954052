import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import {
  type CompatibilityLevel,
  compatibilityLevels,
  incompatibilities,
  incompatibilityText
} from '#protocol/avro/compatibility/incompatibilities.ts'
import type { AvroType } from '#protocol/avro/model.ts'
import { parseAvro } from '#protocol/avro/parse-avro.ts'

const parse = (schema: unknown): AvroType => parseAvro(JSON.stringify(schema))
const fieldOf = (type: unknown): AvroType =>
  parse({ type: 'record', name: 'vn.gov.Dossier', fields: [{ name: 'a', type }] })
const versions = (...schemas: readonly AvroType[]): { version: number; schema: AvroType }[] =>
  schemas.map((schema, at) => ({ version: at + 1, schema }))

/** What each level holds against the candidate, as `version direction`. */
function against(
  candidate: AvroType,
  earlier: ReturnType<typeof versions>
): Record<CompatibilityLevel, string[]> {
  const found = compatibilityLevels.map((level) => {
    const held = incompatibilities(level, candidate, earlier)
    return [level, held.map(({ version, direction }) => `${version} ${direction}`)] as const
  })
  return Object.fromEntries(found) as Record<CompatibilityLevel, string[]>
}

describe('the levels of compatibility', () => {
  it('hold nothing against the first version', () => {
    for (const held of Object.values(against(fieldOf('int'), []))) assert.deepEqual(held, [])
  })

  it('look at the last version or at all, newest first, in one direction or both', () => {
    // The newest reads only the second; the first neither reads it nor is read.
    assert.deepEqual(against(fieldOf('long'), versions(fieldOf('boolean'), fieldOf('int'))), {
      NONE: [],
      BACKWARD: [],
      BACKWARD_TRANSITIVE: ['1 backward'],
      FORWARD: ['2 forward'],
      FORWARD_TRANSITIVE: ['2 forward', '1 forward'],
      FULL: ['2 forward'],
      FULL_TRANSITIVE: ['2 forward', '1 backward', '1 forward']
    })
  })

  it('go by the numbers of the versions, of which some may be deleted', () => {
    const earlier = [
      { version: 3, schema: fieldOf('int') },
      { version: 9, schema: fieldOf('string') }
    ]
    assert.deepEqual(against(fieldOf('int'), earlier).BACKWARD, ['9 backward'])
  })
})

describe('an incompatibility', () => {
  const explained = (candidate: AvroType, earlier: AvroType): readonly string[] =>
    incompatibilities('BACKWARD', candidate, [{ version: 4, schema: earlier }]).map((found) =>
      incompatibilityText(found, 'en')
    )

  it('names the version, the field and what became of it', () => {
    const [text = '', ...others] = explained(fieldOf('int'), fieldOf('string'))
    assert.deepEqual(others, [])
    assert.match(text, /version 4\b.*: a is written as string and cannot be read as int\./)
  })

  it('is explained in Vietnamese as well', () => {
    const [found] = incompatibilities('FORWARD', fieldOf('string'), versions(fieldOf('int')))
    assert.ok(found)
    assert.match(incompatibilityText(found, 'vi'), /phiên bản 1\b.*: a được ghi theo kiểu string/)
  })

  const paths: Readonly<Record<string, (type: unknown) => unknown>> = {
    'a[]': (items) => ({ type: 'array', items }),
    'a{}': (values) => ({ type: 'map', values }),
    'a[]{}': (values) => ({ type: 'array', items: { type: 'map', values } }),
    'a.b': (type) => ({ type: 'record', name: 'S', fields: [{ name: 'b', type }] }),
    'a.b[].c': (type) => ({
      type: 'record',
      name: 'S',
      fields: [
        {
          name: 'b',
          type: { type: 'array', items: { type: 'record', name: 'T', fields: [{ name: 'c', type }] } }
        }
      ]
    })
  }
  for (const [path, wrap] of Object.entries(paths)) {
    it(`says where: ${path}`, () => {
      const [found, ...others] = incompatibilities(
        'BACKWARD',
        fieldOf(wrap('int')),
        versions(fieldOf(wrap('string')))
      )
      assert.deepEqual(others, [])
      assert.equal(found?.field, path)
    })
  }

  it('is / where the whole is of another type', () => {
    assert.equal(incompatibilities('BACKWARD', parse('int'), versions(parse('string')))[0]?.field, '/')
  })

  it('is found once in a list that holds itself', () => {
    const list = (type: string): AvroType =>
      parse({
        type: 'record',
        name: 'L',
        fields: [
          { name: 'value', type },
          { name: 'next', type: ['null', 'L'] }
        ]
      })
    const found = incompatibilities('BACKWARD', list('int'), versions(list('string')))
    assert.deepEqual(
      found.map(({ fault, field }) => ({ fault, field })),
      [{ fault: 'unreadable-type', field: 'value' }]
    )
  })

  it('names every field that stands in the way', () => {
    const fields = (type: string): AvroType =>
      parse({ type: 'record', name: 'R', fields: ['a', 'b', 'c'].map((name) => ({ name, type })) })
    const found = incompatibilities('BACKWARD', fields('int'), versions(fields('string')))
    assert.deepEqual(found.map(({ field }) => field).sort(), ['a', 'b', 'c'])
  })

  it('is explained fifty times at most', () => {
    const fields = (type: string): AvroType =>
      parse({
        type: 'record',
        name: 'R',
        fields: Array.from({ length: 100 }, (_, at) => ({ name: `f${at}`, type }))
      })
    const earlier = versions(...Array.from({ length: 10 }, () => fields('string')))
    assert.equal(incompatibilities('BACKWARD_TRANSITIVE', fields('int'), earlier).length, 50)
  })

  it('names the symbols that a reader does not know', () => {
    const status = (...symbols: readonly string[]): AvroType => fieldOf({ type: 'enum', name: 'S', symbols })
    const [text = ''] = explained(status('A'), status('A', 'B', 'C'))
    assert.match(text, /a may be written as B, C, which the enum vn\.gov\.S does not have/)
  })

  it('names the default that is missing', () => {
    const [text = ''] = explained(fieldOf('int'), parse({ type: 'record', name: 'Dossier', fields: [] }))
    assert.match(text, /a does not exist in record Dossier, and is read as int without a default/)
  })
})
