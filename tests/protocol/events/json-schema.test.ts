import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { BusError } from '#protocol/errors/bus-error.ts'
import { compileCheck, fillSettings, settingFaults } from '#protocol/events/json-schema.ts'

const port = { type: 'integer', minimum: 1, default: 8080 }
const schema = { type: 'object', properties: { port }, additionalProperties: false }
const check = compileCheck<{ readonly port?: number }>(
  schema,
  ({ instancePath }) =>
    new BusError('BUS_ACT_INVALID', 'acknowledgement-invalid', {
      values: { member: instancePath, problem: '' }
    })
)

describe('a check of a value that may be a stranger’s', () => {
  it('gives the value itself back, and fills nothing in', () => {
    const value = {}
    assert.equal(check(value), value)
    assert.deepEqual(value, {})
  })

  it('throws what is made of the first violation, and coerces nothing', () => {
    assert.throws(() => check({ port: '1' }), {
      code: 'BUS_ACT_INVALID',
      values: { member: '/port', problem: '' }
    })
  })

  it('takes no keyword it does not know, and no value for a reference to another', () => {
    const toError = (): Error => new TypeError('refused')
    assert.throws(() => compileCheck({ type: 'object', propertes: {} }, toError), /unknown keyword/)
    const same = compileCheck(
      { type: 'object', properties: { a: {}, b: { const: { $data: '1/a' } } } },
      toError
    )
    assert.throws(() => same({ a: 1, b: 1 }), TypeError)
  })
})

describe('settings', () => {
  it('have their defaults filled in', () => {
    const settings = {}
    assert.deepEqual(fillSettings(schema, settings), [])
    assert.deepEqual(settings, { port: 8080 })
  })

  it('may ask for a URI', () => {
    const withUri = { type: 'object', properties: { url: { type: 'string', format: 'uri' } } }
    assert.deepEqual(fillSettings(withUri, { url: 'https://a.example/b' }), [])
    assert.deepEqual(fillSettings(withUri, { url: '/b' }), ['/url must be a URL'])
  })

  it('are told everything that is wrong, each with its place, and are not coerced', () => {
    assert.deepEqual(fillSettings(schema, { port: '1', prt: 1 }), [
      '/ has no setting prt: perhaps port is meant',
      '/port must be a whole number, without quotation marks'
    ])
  })

  it('are told in both languages what form is wanted', () => {
    const properties = {
      list: { type: 'array', minItems: 1 },
      form: { type: 'string', pattern: '^whsec_', title: 'whsec_ and a key' }
    }
    const faults = settingFaults({ type: 'object', properties }, { list: [], form: 'x' })
    assert.deepEqual(faults, [
      { en: '/list must have at least 1 entries', vi: '/list phải có ít nhất 1 mục' },
      { en: '/form must be whsec_ and a key', vi: '/form phải khớp mẫu ^whsec_' }
    ])
  })

  it('are checked by a schema that is compiled once, however many there are', () => {
    let reads = 0
    const counted = new Proxy(
      { ...schema },
      {
        get(of, name) {
          reads += 1
          return Reflect.get(of, name) as unknown
        }
      }
    )
    fillSettings(counted, {})
    const before = reads
    for (let number = 0; number < 149; number += 1) fillSettings(counted, { port: 1 + number })
    assert.equal(reads, before)
  })
})
