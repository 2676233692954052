import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { compileCheck } from '#protocol/events/json-schema.ts'
import { type ViolationValues, violationValues } from '#protocol/events/violation-text.ts'

class Refused extends Error {
  readonly values: ViolationValues

  constructor(values: ViolationValues) {
    super(values.problem)
    this.values = values
  }
}

/** What a caller learns of a value: the member, and in both languages what it must be. */
function reportOf(schema: object, value: unknown): readonly string[] {
  try {
    compileCheck(schema, (violation) => new Refused(violationValues(violation)))(value)
  } catch (error) {
    assert(error instanceof Refused)
    const { member, problem, problemVi } = error.values
    return [member, problem, problemVi]
  }
  return []
}

const properties = (a: object): object => ({
  type: 'object',
  required: ['a'],
  properties: { a },
  additionalProperties: false
})
const states = { anyOf: [{ const: 'accepted' }, { const: 'rejected' }] }
const text = (more: object): object => properties({ type: 'string', ...more })

const cases: Readonly<Record<string, readonly [schema: object, value: unknown, ...says: string[]]>> = {
  'a value that is missing': [properties({}), {}, '/a', 'must be given', 'phải có'],
  'a name that is not known': [
    properties({}),
    { a: 1, b: 2 },
    '/b',
    'must be left out: there is no such name here',
    'phải bỏ: ở đây không có tên này'
  ],
  'none of several values': [
    properties(states),
    { a: 'maybe' },
    '/a',
    'must be one of: accepted, rejected',
    'phải là một trong: accepted, rejected'
  ],
  'neither a value nor a pattern': [
    properties({ anyOf: [{ const: '/registry' }, { type: 'string', pattern: '^[0-9a-f]{64}$' }] }),
    { a: 'x' },
    '/a',
    'must be 64 characters of 0-9 and a-f',
    'phải gồm đúng 64 ký tự 0-9 và a-f'
  ],
  'none of several values, or null': [
    properties({ anyOf: [{ const: 'FULL' }, { type: 'null' }] }),
    { a: 'x' },
    '/a',
    'must be one of: FULL, null',
    'phải là một trong: FULL, null'
  ],
  'a name with a slash': [
    properties({}),
    { a: 1, 'b/c~': 2 },
    '/b~1c~0',
    'must be left out: there is no such name here',
    'phải bỏ: ở đây không có tên này'
  ],
  'another type': [
    text({}),
    { a: 1 },
    '/a',
    'must be text; put it in quotation marks if it is a number',
    'phải là chữ; nếu là số hãy đặt trong dấu nháy'
  ],
  'an empty text': [text({ minLength: 1 }), { a: '' }, '/a', 'must not be empty', 'không được để trống'],
  'a hash that is none': [
    text({ pattern: '^[0-9a-f]{64}$' }),
    { a: 'abc' },
    '/a',
    'must be 64 characters of 0-9 and a-f',
    'phải gồm đúng 64 ký tự 0-9 và a-f'
  ],
  'digits that are none': [
    text({ pattern: '^[0-9]{1,2}$' }),
    { a: 'abc' },
    '/a',
    'must be a whole number of at most 2 digits',
    'phải là số nguyên, tối đa 2 chữ số'
  ],
  'a time that is none': [
    text({ format: 'date-time' }),
    { a: 'today' },
    '/a',
    'must be a time as in 2026-11-24T07:00:00+07:00',
    'phải là thời điểm, như 2026-11-24T07:00:00+07:00'
  ]
}

describe('a value that a schema refuses', () => {
  for (const [what, [schema, value, ...says]] of Object.entries(cases)) {
    it(`is reported by its place and by what it must be, in both languages: ${what}`, () =>
      assert.deepEqual(reportOf(schema, value), says))
  }
})
