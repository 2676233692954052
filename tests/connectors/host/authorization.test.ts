import assert from 'node:assert/strict'
import { describe, it, type TestContext } from 'node:test'
import { emptyControlState, type KeyEntry, type SystemEntry } from '#bus/control/control-state.ts'
import { type InstanceKey, type Paused, watchAuthorization } from '#connectors/host/authorization.ts'
import { createLogger } from '#engines/telemetry/logger.ts'
import { BusError } from '#protocol/errors/bus-error.ts'
import { generateKey, importSigningKey, type PublicJwk, thumbprint } from '#protocol/trust/jwk.ts'
import { codes, systemOf } from '../../helpers/test-bus.ts'
import { until } from '../../helpers/until.ts'

const system = systemOf('A')

interface NewKey extends InstanceKey {
  readonly publicJwk: PublicJwk
}

async function newKey(kid: string): Promise<NewKey> {
  const { privateJwk, publicJwk } = await generateKey(kid, 'EdDSA')
  return {
    publicJwk,
    signingKey: await importSigningKey(privateJwk),
    secret: new Uint8Array(32),
    thumbprint: await thumbprint(publicJwk)
  }
}

/** A system with its keys and key files, as the control state and the disk have them. */
async function openWorld(t: TestContext) {
  const [first, second, foreign] = await Promise.all(['first', 'second', 'foreign'].map(newKey))
  assert.ok(first && second && foreign)
  const state = { ...emptyControlState(), lastAct: 5 }
  const keys: KeyEntry[] = []
  const entry = { id: system, agency: codes.A, suspensions: [], keys, span: { from: 1, to: undefined } }
  const registered = entry as unknown as SystemEntry
  state.systems.set(system, registered)
  const register = ({ publicJwk, thumbprint: print, signingKey: { kid } }: NewKey): KeyEntry => {
    const span = { from: keys.length + 1, to: undefined }
    const validity = { validFromAt: 0, validToAt: Number.POSITIVE_INFINITY, span }
    const key: KeyEntry = { kid, jwk: publicJwk, thumbprint: print, ...validity }
    keys.push(key)
    state.thumbprints.set(print, system)
    return key
  }
  const world = {
    ...{ first, second, foreign, registered, keys, register, state },
    isStale: false,
    files: [first] as readonly NewKey[],
    held: undefined as Paused | undefined,
    reads: 0
  }
  const lines: { readonly level: number; readonly msg: string; readonly reason?: string }[] = []
  const authorization = watchAuthorization({
    system,
    control: { state, keyOf: () => undefined },
    freshness: {
      check() {
        if (world.isStale) throw new BusError('BUS_CONTROL_STALE', 'control-state-stale', { waitMs: 1000 })
      }
    },
    async readKeys() {
      world.reads += 1
      return world.files
    },
    held: () => world.held,
    logger: createLogger({
      level: 'info',
      destination: { write: (line) => void lines.push(JSON.parse(line)) }
    }),
    now: Date.now
  })
  const stop = new AbortController()
  t.after(() => stop.abort())
  return { world, lines, authorization, signal: stop.signal }
}

type World = Awaited<ReturnType<typeof openWorld>>['world']

/** What bars an instance, what it is told, and what lets it go on by itself. */
const bars: Readonly<Record<string, { bar(world: World): void; lift(world: World): void; says: RegExp }>> = {
  'its system is suspended': {
    bar: ({ registered }) => void registered.suspensions.push({ from: 5, to: undefined }),
    lift: ({ registered }) => void registered.suspensions.splice(0, 1),
    says: /is suspended/
  },
  'its system is revoked (and, as never happens, comes back)': {
    bar: ({ registered }) => Object.assign(registered.span, { to: 5 }),
    lift: ({ registered }) => Object.assign(registered.span, { to: undefined }),
    says: /is revoked for good/
  },
  'its system is not registered yet': {
    bar: ({ state }) => void state.systems.delete(system),
    lift: ({ state, registered }) => void state.systems.set(system, registered),
    says: /is not registered/
  },
  'its key is not registered yet': {
    bar: ({ keys }) => void keys.splice(0, 1),
    lift: ({ first, register }) => void register(first),
    says: /The key first is not registered/
  },
  'its key is retired, until its file is replaced by a registered one': {
    bar: ({ keys }) => Object.assign(keys[0]?.span ?? {}, { to: 5 }),
    lift(world) {
      world.register(world.second)
      world.files = [world.second]
    },
    says: /The key first .* is retired/
  },
  'the validity of its key has ended': {
    bar: ({ keys }) => Object.assign(keys[0] ?? {}, { validToAt: Date.now() }),
    lift: ({ keys }) => Object.assign(keys[0] ?? {}, { validToAt: Number.POSITIVE_INFINITY }),
    says: /The validity of the key first .* has ended/
  },
  'the validity of its key begins in a while': {
    bar: ({ keys }) => Object.assign(keys[0] ?? {}, { validFromAt: Date.now() + 3_600_000 }),
    lift: ({ keys }) => Object.assign(keys[0] ?? {}, { validFromAt: 0 }),
    says: /has not begun/
  },
  'its key is that of another system': {
    bar(world) {
      world.files = [world.foreign]
      world.state.thumbprints.set(world.foreign.thumbprint, systemOf('B'))
    },
    lift(world) {
      world.files = [world.first]
    },
    says: /registered for another system/
  },
  'no key file can be read': {
    bar(world) {
      world.files = []
    },
    lift(world) {
      world.files = [world.first]
    },
    says: /No key file/
  },
  'it is not known whether rights have ended': {
    bar(world) {
      world.isStale = true
    },
    lift(world) {
      world.isStale = false
    },
    says: /./
  },
  'somebody paused it': {
    bar(world) {
      world.held = { cause: 'x', reason: 'maintenance', since: new Date().toISOString(), by: 'somebody' }
    },
    lift(world) {
      world.held = undefined
    },
    says: /maintenance/
  }
}

describe('an instance may not act, and may again by itself, where', { concurrency: true }, () => {
  for (const [what, { bar, lift, says }] of Object.entries(bars)) {
    it(what, async (t) => {
      const { world, lines, authorization, signal } = await openWorld(t)
      world.register(world.first)
      bar(world)
      let isGranted = false
      const waiting = authorization.granted(signal).then(() => {
        isGranted = true
      })
      await until(() => authorization.paused() !== undefined, 5000)
      assert.match(authorization.paused()?.reason ?? '', says)
      assert.deepEqual([authorization.isGranted(), isGranted], [false, false])
      lift(world)
      await waiting
      assert.deepEqual([authorization.isGranted(), authorization.paused()], [true, undefined])
      assert.deepEqual(
        lines.map(({ level }) => level),
        [40, 30],
        'the log has one line when it begins and one when it ends'
      )
      assert.match(lines[0]?.reason ?? '', says)
    })
  }
})

describe('the key that signs', () => {
  it('is the one that was registered last, of those that are valid', async (t) => {
    const { world, authorization } = await openWorld(t)
    world.register(world.first)
    world.files = [world.first, world.second]
    assert.ok(await authorization.check())
    assert.equal(authorization.key().signingKey.kid, 'first')
    const newer = world.register(world.second)
    assert.ok(authorization.isGranted())
    assert.equal(authorization.key().signingKey.kid, 'second')
    newer.span.to = 5
    assert.ok(authorization.isGranted())
    assert.equal(authorization.key().signingKey.kid, 'first')
  })

  it('stays the one that is known while the files cannot be read', async (t) => {
    const { world, authorization } = await openWorld(t)
    world.register(world.first)
    assert.ok(await authorization.check())
    world.files = []
    world.isStale = true
    assert.equal(await authorization.check(), false)
    world.isStale = false
    assert.ok(await authorization.check())
    assert.equal(authorization.key().signingKey.kid, 'first')
  })
})

it('reads its key files now and then while it is paused, however many of its loops ask', async (t) => {
  const { world, authorization, signal } = await openWorld(t)
  world.isStale = true
  assert.equal(await authorization.check(), false)
  const before = world.reads
  const waiting = Promise.all(Array.from({ length: 20 }, () => authorization.granted(signal)))
  for (let asked = 0; asked < 20; asked += 1) assert.equal(await authorization.check(), false)
  assert.equal(world.reads, before)
  world.register(world.first)
  world.isStale = false
  await waiting
})
