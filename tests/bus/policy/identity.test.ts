import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import {
  type ControlState,
  emptyControlState,
  type KeyEntry,
  operatorSystem,
  type SystemEntry
} from '#bus/control/control-state.ts'
import { authorize, type Identity } from '#bus/policy/identity.ts'
import type { Fault } from '#protocol/errors/faults.ts'

const id = '/agencies/H1/systems/a'
const now = 1_000_000
const forever = { validFromAt: 0, validToAt: Number.POSITIVE_INFINITY }

interface World {
  readonly state: ControlState
  readonly system: SystemEntry
  readonly key: KeyEntry
}

/** Two systems with a key each, as of act 10. */
function makeWorld(): World {
  const state = { ...emptyControlState(), lastAct: 10 }
  const add = (name: string, kid: string): World => {
    const jwk = { kid } as never
    const key: KeyEntry = { kid, jwk, thumbprint: `of-${kid}`, span: { from: 2, to: undefined }, ...forever }
    const flags = { unsigned: false, hosted: false, boundOnly: false }
    const system: SystemEntry = {
      id: name,
      agency: 'H1',
      name: undefined,
      roles: [],
      ...flags,
      span: { from: 1, to: undefined },
      suspensions: [{ from: 3, to: 4 }],
      keys: [key],
      rights: []
    }
    state.systems.set(name, system)
    state.thumbprints.set(key.thumbprint, name)
    return { state, system, key }
  }
  add('/agencies/H2/systems/b', 'key-b')
  return add(id, 'key-a')
}

const own: Identity = { system: id, kid: 'key-a' }
/** What bars a system, and what whoever runs the bus is told of it. */
const rows: readonly (readonly [string, Fault, Partial<Identity>, (world: World) => void])[] = [
  ['that is unknown', 'system-unknown', { system: '/agencies/H1/systems/none' }, () => {}],
  [
    'that is revoked',
    'system-revoked',
    {},
    ({ system }) => {
      system.span.to = 10
    }
  ],
  [
    'that is suspended',
    'system-suspended',
    {},
    ({ system }) => {
      system.suspensions.push({ from: 9, to: undefined })
    }
  ],
  ['with a key nobody registered', 'key-not-registered', { kid: 'none', thumbprint: 'of-none' }, () => {}],
  ['with another key under its own kid', 'key-not-registered', { thumbprint: 'of-none' }, () => {}],
  [
    'with the key of another system',
    'key-of-other-system',
    { kid: 'key-b', thumbprint: 'of-key-b' },
    () => {}
  ],
  [
    'with the key of another system under its own kid',
    'key-of-other-system',
    { thumbprint: 'of-key-b' },
    () => {}
  ],
  [
    'with a retired key',
    'key-retired',
    {},
    ({ key }) => {
      key.span.to = 10
    }
  ],
  [
    'with a retired key, the clock set back',
    'key-retired',
    {},
    ({ key }) => {
      Object.assign(key.span, { to: 10 })
      key.validToAt = now * 2
    }
  ],
  [
    'with a key whose validity has ended',
    'key-expired',
    {},
    ({ key }) => {
      key.validToAt = now
    }
  ],
  [
    'with a key whose validity has not begun',
    'key-not-yet-valid',
    {},
    ({ key }) => Object.assign(key, { validFromAt: now + 1 })
  ]
]

function ask(
  { state }: World,
  identity: Identity
): { readonly code: string; readonly fault: Fault } | undefined {
  try {
    authorize({ state, keyOf: () => undefined }, identity, now)
    return undefined
  } catch (error) {
    return error as { readonly code: string; readonly fault: Fault }
  }
}

describe('a system may not act', () => {
  for (const [what, fault, more, change] of rows) {
    it(what, () => {
      const world = makeWorld()
      const hosted = { ...own, thumbprint: 'of-key-a', ...more }
      change(world)
      const message = ask(world, hosted)
      assert.deepEqual([message?.code, message?.fault], ['BUS_NOT_PERMITTED', fault])
      const { thumbprint: _verified, ...stranger } = hosted
      const isBySignatureAlone = more.thumbprint !== undefined && more.kid === undefined
      if (isBySignatureAlone) return // A signature by another key than the registered one has not verified.
      const refusal = ask(world, stranger)
      const expected =
        fault === 'system-suspended' ? ['BUS_NOT_PERMITTED', fault] : ['BUS_TOKEN_INVALID', 'token-refused']
      assert.deepEqual([refusal?.code, refusal?.fault], expected)
    })
  }
})

describe('a system may act', () => {
  it('by a key that is its own, in force and valid, also after a suspension has ended', () => {
    const world = makeWorld()
    assert.equal(ask(world, own), undefined)
    assert.equal(ask(world, { ...own, thumbprint: 'of-key-a' }), undefined)
    world.key.validToAt = now + 1
    assert.equal(ask(world, own), undefined)
  })

  it('that is the operator, by a key of the configuration, and not while it is suspended', () => {
    const { state, system } = makeWorld()
    const keyOf = (name: string, kid: string) =>
      name === operatorSystem && kid === 'operator-1' ? ({ kid } as never) : undefined
    const operator = { system: operatorSystem, kid: 'operator-1' }
    authorize({ state, keyOf }, operator, now)
    assert.throws(() => authorize({ state, keyOf }, { ...operator, kid: 'x' }, now), {
      code: 'BUS_TOKEN_INVALID'
    })
    state.systems.set(operatorSystem, { ...system, suspensions: [{ from: 9, to: undefined }] })
    assert.throws(() => authorize({ state, keyOf }, operator, now), { code: 'BUS_NOT_PERMITTED' })
  })
})
