import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { EqualityFilter, Filter } from 'ldapts'
import { casesOf } from '../fixtures/vectors.ts'
import { escapeDnValue, type ParsedDn, parseDn, sameDn } from './dn.ts'

interface Expected {
  readonly rdns?: ParsedDn
  readonly equal?: boolean
  readonly valid?: boolean
  readonly error?: string
  readonly escaped?: string
  readonly rfc4514?: string
  readonly must_refuse?: boolean
}

/** Cases that are answered otherwise on purpose. */
const otherwise: Readonly<Record<string, string>> = {
  'dn-011': 'RFC 4514 has no spaces in types of attributes: this is no DN',
  'dn-012': 'RFC 4514 has no spaces in types of attributes: this is no DN',
  'dn-074': 'as directories compare: case means nothing',
  'dn-075': 'as directories compare: case means nothing',
  'dn-076': 'as directories compare: case means nothing',
  'dn-085': 'as directories compare: runs of spaces mean nothing (as dn-124 says)'
}

describe('distinguished names, by the vectors', () => {
  for (const { id, kind, dn = '', other = '', value = '', expected } of casesOf<Expected>('dn')) {
    const reason = otherwise[id]
    it(reason ? `${id} ${kind}, otherwise: ${reason}` : `${id} ${kind}`, () => {
      const judge = () => {
        if (kind === 'value-to-dn') {
          const wanted = expected.must_refuse ? undefined : (expected.escaped ?? expected.rfc4514)
          return assert.equal(escapeDnValue(value), wanted)
        }
        const parsed = parseDn(dn)
        if (expected.error !== undefined) return assert.equal(parsed, undefined)
        if (expected.valid !== undefined) return assert.equal(parsed !== undefined, expected.valid)
        if (expected.equal === undefined) return assert.deepEqual(parsed, expected.rdns)
        const another = parseDn(other)
        assert.ok(parsed && another)
        return assert.equal(sameDn(parsed, another), expected.equal)
      }
      if (reason) assert.throws(judge)
      else judge()
    })
  }

  it('a value of any characters is the same after it was in a DN', () => {
    for (const value of ['Hòa, "x"+y=z;<a>#\\', ' a ', '#', '\u0000\n', 'ư🙂', '  ', '=,=', 'a\\,'])
      assert.deepEqual(parseDn(`cn=${escapeDnValue(value)},dc=vn`), [[['cn', value]], [['dc', 'vn']]])
  })
})

describe('filters, by the vectors', () => {
  for (const { id, kind, value, value_hex: hex, expected } of casesOf<Expected>('filter')) {
    // The kind reads no filters: it makes those of equality, whose values are sent as they are.
    if (kind !== 'value-to-filter') continue
    it(`${id} ${kind}`, () => {
      const given = hex === undefined ? (value ?? '') : Buffer.from(hex, 'hex')
      assert.equal(Filter.escape(given), (expected.escaped ?? '').split(' (or ')[0])
      assert.equal(new EqualityFilter({ attribute: 'a', value: given }).value, given)
    })
  }
})
