import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { compareProvince } from '#cli/remote/compare-province.ts'
import type { Present, ShownAgency, ShownSystem } from '#cli/remote/control-present.ts'
import type { Province } from '#cli/remote/province.ts'
import { generateKey } from '#protocol/trust/jwk.ts'

const agency = (code: string, more: Partial<ShownAgency> = {}): ShownAgency => ({
  ...{ resource: `/agencies/${code}`, code, name: code, status: 'active', last: 'x' },
  ...more
})

const system = (code: string, name: string, more: Partial<ShownSystem> = {}): ShownSystem => ({
  ...{ resource: `/agencies/${code}/systems/${name}`, agency: code, status: 'active', last: 'x' },
  ...{ roles: [], unsigned: false, hosted: false, boundOnly: false, keys: [] },
  ...more
})

const present = (agencies: readonly ShownAgency[] = [], systems: readonly ShownSystem[] = []): Present => ({
  agencies: new Map(agencies.map((one) => [one.resource, one])),
  systems: new Map(systems.map((one) => [one.resource, one])),
  rights: new Map(),
  agreements: new Map()
})

const actsOf = (province: Province, state: Present): readonly string[] =>
  compareProvince(province, state).acts.map(({ body: { act, resource } }) => `${act} ${resource}`)

describe('the differences between a province file and the bus', () => {
  it('add a parent before its children, however deep they are and wherever the file has them', () => {
    const agencies = [
      { code: 'C', name: 'C', parent: 'B' },
      { code: 'D', name: 'D' },
      { code: 'B', name: 'B', parent: 'A' },
      { code: 'A', name: 'A', parent: 'Z' }
    ]
    assert.deepEqual(actsOf({ agencies }, present([agency('Z')])).slice(0, 4), [
      ...['agency.added /agencies/A', 'agency.added /agencies/B', 'agency.added /agencies/C'],
      'agency.added /agencies/D'
    ])
  })

  it('close an agency before the one that takes over from it', () => {
    const agencies = [
      { code: 'B', name: 'B', closed: { successor: 'C' } },
      { code: 'C', name: 'C', closed: { successor: 'D' } },
      { code: 'A', name: 'A', closed: { successor: 'B' } },
      { code: 'D', name: 'D' }
    ]
    const state = present(['A', 'B', 'C', 'D'].map((code) => agency(code)))
    assert.deepEqual(
      actsOf({ agencies }, state),
      ['A', 'B', 'C'].map((code) => `agency.closed /agencies/${code}`)
    )
  })

  it('change only what differs, and name what an act cannot unset', () => {
    const state = present([agency('A', { name: 'Old', parent: 'P', otherCode: 'O' }), agency('P')])
    const agencies = [
      { code: 'P', name: 'P' },
      { code: 'A', name: 'New', otherCode: 'O' }
    ]
    const { acts, fixed } = compareProvince({ agencies }, state)
    assert.deepEqual(
      acts.map(({ body }) => body),
      [{ act: 'agency.changed', resource: '/agencies/A', name: 'New' }]
    )
    assert.deepEqual(
      fixed.map(({ difference, member, inFile, inBus }) => [difference, member, inFile, inBus]),
      [['agency.member', 'parent', undefined, 'P']]
    )
    const same = agencies.map((one) => ({ ...one, name: one.code === 'A' ? 'Old' : one.name }))
    assert.deepEqual(compareProvince({ agencies: same }, state).acts, [], 'an act that changes nothing')
  })

  it('leave a closed agency and a revoked system as they are', async () => {
    const key = (await generateKey('k', 'EdDSA')).publicJwk as unknown as { kid: string }
    const state = present(
      [agency('A', { status: 'closed', successor: 'B' }), agency('B')],
      [system('A', 'x', { status: 'revoked' })]
    )
    const differences = (closed: object) =>
      compareProvince(
        {
          agencies: [
            { code: 'A', name: 'Other', systems: [{ name: 'x', keys: [key] }], ...closed },
            { code: 'B', name: 'B' }
          ]
        },
        state
      )
    const open = differences({})
    assert.deepEqual([open.acts, open.removals], [[], []])
    assert.deepEqual(
      open.fixed.map(({ difference }) => difference),
      ['agency.closed', 'system.revoked']
    )
    const closed = differences({ closed: { validTo: '2026-01-01' } })
    assert.deepEqual(closed.acts, [])
    assert.deepEqual(
      closed.fixed.map(({ difference, member }) => member ?? difference),
      ['name', 'closed.successor', 'closed.validTo', 'system.revoked']
    )
  })

  it('take away no key that has ended, and no part of a system that goes as a whole', async () => {
    const { publicJwk: key } = await generateKey('k', 'EdDSA')
    const state = present(
      [agency('A')],
      [
        system('A', 'x', { keys: [{ key, validTo: '2020-01-01T00:00:00Z' }] }),
        system('A', 'y', { keys: [{ key }] }),
        system('A', 'z', { status: 'revoked', keys: [{ key }] })
      ]
    )
    const { removals } = compareProvince(
      { agencies: [{ code: 'A', name: 'A', systems: [{ name: 'x' }] }] },
      state
    )
    assert.deepEqual(
      removals.flatMap(({ acts }) => acts.map(({ body }) => body)),
      [{ act: 'system.revoked', resource: '/agencies/A/systems/y' }]
    )
  })
})
