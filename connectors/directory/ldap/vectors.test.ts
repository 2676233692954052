import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { BusyError, EqualityFilter, Filter, FilterParser } from 'ldapts'
import { casesOf } from '../fixtures/vectors.ts'
import { shownNameOf } from '../people/entry-state.ts'
import { escapeDnValue, type ParsedDn, parseDn, sameDn } from './dn.ts'
import { faultOf } from './fault-of.ts'

interface Expected {
  readonly rdns?: ParsedDn
  readonly equal?: boolean
  readonly valid?: boolean
  readonly error?: string
  readonly escaped?: string
  readonly rfc4514?: string
  readonly must_refuse?: boolean
  readonly full_name?: string
  readonly reprinted?: string
  readonly value?: string
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

const filtersOtherwise: Readonly<Record<string, string>> = {
  'filter-018': 'ldapts reads escaped bytes as Latin-1; no filter with escapes is given to it as text'
}

const entriesOtherwise: Readonly<Record<string, string>> = {
  'provisioning-024': 'a name in another order is a name: the events say how it is written',
  'provisioning-030': 'ranges of values are of Active Directory',
  'provisioning-031': 'referrals are not followed, and end the request',
  'provisioning-034': 'Active Directory is not supported',
  'provisioning-036':
    'compare.test.ts: closes nobody because staff is empty; an empty directory closes nobody either'
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

/** The kind reads no filters: it makes those of equality, whose values are sent as they are. */
describe('filters, by the vectors', () => {
  for (const { id, kind, value, value_hex: hex, filter = '', expected } of casesOf<Expected>('filter')) {
    const reason = kind === 'value-to-filter' ? undefined : filtersOtherwise[id]
    it(reason ? `${id} ${kind}, otherwise: ${reason}` : `${id} ${kind}`, () => {
      const given = hex === undefined ? (value ?? '') : Buffer.from(hex, 'hex')
      const judge = () => {
        if (kind === 'value-to-filter') {
          assert.equal(Filter.escape(given), (expected.escaped ?? '').split(' (or ')[0])
          return assert.equal(new EqualityFilter({ attribute: 'a', value: given }).value, given)
        }
        if (expected.error !== undefined) return assert.throws(() => FilterParser.parseString(filter))
        const parsed = FilterParser.parseString(filter)
        if (expected.value !== undefined)
          return assert.equal((parsed as EqualityFilter).value, expected.value)
        const printed = parsed.toString().replaceAll(/[^\x00-\x7f]/g, bytesOf)
        return assert.equal(printed, expected.reprinted)
      }
      if (reason) assert.throws(judge)
      else judge()
    })
  }
})

function bytesOf(letter: string): string {
  return Buffer.from(letter)
    .toString('hex')
    .replaceAll(/../g, (pair) => `\\${pair}`)
}

/** Kinds of cases that are about what this kind of connector does not read. */
const notRead: Readonly<Record<string, string>> = {
  'ad-account-state':
    'Active Directory is not supported (active-directory.test.ts says so); the state stands in employeeType',
  'openldap-account-state': 'the state stands in employeeType; what ppolicy locks is left as it is',
  'generalized-time': 'no time of the directory is read',
  'multi-value': 'proxyAddresses and memberOf are of Active Directory',
  manager: 'managers are not read'
}

describe('entries of others, by the vectors', () => {
  for (const { id, kind, attributes = {}, expected } of casesOf<Expected>('provisioning')) {
    const reason = notRead[kind] ?? entriesOtherwise[id]
    it(reason ? `${id} ${kind}, not read: ${reason}` : `${id} ${kind}`, () => {
      if (reason) return
      if (kind === 'names') {
        const valuesOf = (name: string) => [attributes[name] ?? []].flat().map(String)
        return assert.equal(shownNameOf({ dn: '', valuesOf }), expected.full_name)
      }
      if (attributes.resultCode === 51)
        return assert.equal((faultOf(new BusyError(), 'host') as { code: string }).code, 'BUS_PEER_FAILED')
      assert.fail(`the kind ${kind} is new`)
    })
  }
})
