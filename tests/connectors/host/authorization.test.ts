import assert from 'node:assert/strict'
import { describe, it, type TestContext } from 'node:test'
import { emptyControlState, type KeyEntry, type SystemEntry } from '#bus/control/control-state.ts'
import { ownsEveryChannel } from '#bus/leases/leases.ts'
import { authorize } from '#bus/policy/identity.ts'
import type { Submission } from '#bus/publishing/publish.ts'
import type { InboundItem } from '#connectors/connector.ts'
import { createDeliveries } from '#connectors/host/deliveries.ts'
import { type DeliveryTables, deliveryTables } from '#connectors/host/delivery-tables.ts'
import { runInstance } from '#connectors/host/host.ts'
import type { InstanceKey } from '#connectors/host/instance.ts'
import { createOutbox, outboxTables } from '#connectors/host/outbox.ts'
import { createSignals } from '#engines/signals/signals.ts'
import { openSqliteStore } from '#engines/store/sqlite/sqlite-store.ts'
import { createLogger } from '#engines/telemetry/logger.ts'
import { noTracing } from '#engines/telemetry/tracing.ts'
import { BusError } from '#protocol/errors/bus-error.ts'
import { generateKey, importSigningKey, type PublicJwk, thumbprint } from '#protocol/trust/jwk.ts'
import { projectedEvent } from '../../helpers/projected-event.ts'
import { temporaryFolder } from '../../helpers/temporary-folder.ts'
import { codes, systemOf } from '../../helpers/test-bus.ts'
import { until } from '../../helpers/until.ts'

const system = systemOf('A')
const name = 'a-documents'

interface NewKey extends InstanceKey {
  readonly publicJwk: PublicJwk
}

async function newKey(kid: string): Promise<NewKey> {
  const { privateJwk, publicJwk } = await generateKey(kid, 'EdDSA')
  return {
    publicJwk,
    signingKey: await importSigningKey(privateJwk),
    thumbprint: await thumbprint(publicJwk)
  }
}

/** An instance between an outside and a bus that are only lists, on a real store. */
async function openInstance(t: TestContext) {
  const parts = [deliveryTables, outboxTables]
  const store = openSqliteStore({ folder: temporaryFolder(t), parts, onFatal: assert.ifError })
  const [first, second, foreign] = await Promise.all(['first', 'second', 'foreign'].map(newKey))
  assert.ok(first && second && foreign)
  const state = { ...emptyControlState(), lastAct: 5 }
  const keys: KeyEntry[] = []
  const entry = { id: system, agency: codes.A, suspensions: [], keys, span: { from: 1, to: undefined } }
  const registered = entry as unknown as SystemEntry
  state.systems.set(system, registered)
  const register = ({ publicJwk, thumbprint: print, signingKey: { kid } }: NewKey): KeyEntry => {
    const validity = { validFromAt: 0, validToAt: Number.POSITIVE_INFINITY, span: { from: 1, to: undefined } }
    const key: KeyEntry = { kid, jwk: publicJwk, thumbprint: print, ...validity }
    keys.push(key)
    state.thumbprints.set(print, system)
    return key
  }
  const control = { state, keyOf: () => undefined }
  const world = { first, second, foreign, registered, keys, register, state, isStale: false, file: first }

  const lines: { readonly level: number; readonly msg: string; readonly reason?: string }[] = []
  const logger = createLogger({
    level: 'info',
    destination: { write: (line) => void lines.push(JSON.parse(line)) }
  })
  const inbox: ReturnType<typeof projectedEvent>[] = []
  const outside: InboundItem[] = []
  const seen = {
    looks: 0,
    polls: 0,
    delivered: [] as number[],
    acknowledged: [] as string[],
    published: [] as Submission[]
  }
  const hooks = { onPoll: () => {}, onStatus: () => {}, onDeliver: (_event: number) => {} }
  const signals = createSignals()
  const options = {
    control,
    freshness: {
      check: () => {
        if (world.isStale) throw new BusError('BUS_CONTROL_STALE', 'control-state-stale', { waitMs: 1000 })
      }
    },
    publishing: {
      async publish(submission: Submission) {
        authorize(control, submission.publisher, Date.now())
        seen.published.push(submission)
        return [
          { source: system, id: 'x', status: 'accepted', hash: '', recordedTime: '', receipt: {} }
        ] as never
      }
    },
    outbox: createOutbox(store, ownsEveryChannel),
    deliveries: createDeliveries({ store, now: Date.now, guard: ownsEveryChannel }),
    recipientStatuses: { markDelivered: async () => {} } as never,
    inbox: {
      entriesAfter: async (_agency: string, number: number) =>
        inbox.filter((one) => one.number > number).map((event) => ({ number: event.number, event })),
      endUndelivered: async () => {},
      async statusOf() {
        hooks.onStatus()
        return 'open' as const
      },
      events: async (numbers: readonly number[]) =>
        new Map(inbox.filter((one) => numbers.includes(one.number)).map((one) => [one.number, one]))
    },
    signals,
    metrics: {} as never,
    tracing: noTracing,
    logger,
    publicUrl: 'https://bus.example',
    now: Date.now
  }
  const start = () => {
    const running = runInstance(
      {
        name,
        system,
        agency: codes.A,
        consumes: ['document.issued.v1'],
        key: world.file,
        async readKey() {
          seen.looks += 1
          return world.file
        },
        connector: {
          async deliver({ event }) {
            const { number = 0 } = inbox.find(({ id }) => id === event.id) ?? {}
            hooks.onDeliver(number)
            seen.delivered.push(number)
          },
          async poll() {
            seen.polls += 1
            hooks.onPoll()
            return outside[0]
          },
          async acknowledge(reference) {
            seen.acknowledged.push(reference)
            outside.splice(0, outside.length, ...outside.filter((item) => item.reference !== reference))
          },
          check: async () => undefined,
          close: async () => {}
        }
      },
      options
    )
    t.after(() => running.close())
    return running
  }
  t.after(() => store.close())
  return {
    world,
    seen,
    hooks,
    lines,
    outside,
    start,
    outbox: options.outbox,
    give(...subjects: readonly string[]) {
      for (const subject of subjects) {
        const number = inbox.length + 1
        inbox.push(
          projectedEvent(number, {
            type: 'document.issued.v1',
            from: systemOf('B'),
            subject,
            agency: codes.A
          })
        )
      }
      signals.notify([codes.A])
    },
    deliveryRows: () =>
      store
        .reader<DeliveryTables>()
        .selectFrom('deliveries')
        .select(['event', 'state', 'attempts', 'begunAt'])
        .orderBy('event')
        .execute()
  }
}

type World = Awaited<ReturnType<typeof openInstance>>['world']

function found(reference: string): InboundItem {
  return {
    reference,
    draft: { type: 'document.issued.v1', subject: reference, recipients: [codes.B], data: {} }
  }
}

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
      world.file = world.second
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
      world.file = world.foreign
      world.state.thumbprints.set(world.foreign.thumbprint, systemOf('B'))
    },
    lift(world) {
      world.file = world.first
    },
    says: /registered for another system/
  },
  'it is not known whether rights have ended': {
    bar(world) {
      world.isStale = true
    },
    lift(world) {
      world.isStale = false
    },
    says: /./
  }
}

describe('an instance neither publishes nor delivers, and goes on by itself, where', {
  concurrency: true
}, () => {
  for (const [what, { bar, lift, says }] of Object.entries(bars)) {
    it(what, async (t) => {
      const { world, seen, lines, outside, outbox, start, give, deliveryRows } = await openInstance(t)
      world.register(world.first)
      bar(world)
      give('1', '2')
      outside.push(found('one'))
      const running = start()
      await until(() => seen.looks >= 3, 20_000)
      assert.match(running.paused()?.reason ?? '', says)
      assert.deepEqual([seen.polls, seen.delivered, seen.published.length], [0, [], 0])
      assert.deepEqual([outside.length, await outbox.open(name), await deliveryRows()], [1, [], []])
      lift(world)
      await until(() => seen.delivered.length === 2 && seen.acknowledged.length === 1, 20_000)
      assert.equal(running.paused(), undefined)
      assert.deepEqual(seen.delivered, [1, 2])
      const reported = lines.filter(({ msg }) => /^connector (paused|resumed)/.test(msg))
      assert.deepEqual(
        reported.map(({ level }) => level),
        [40, 30],
        'the log has one line when it begins and one when it ends'
      )
      assert.match(reported[0]?.reason ?? '', says)
      await until(async () => (await deliveryRows()).every(({ state }) => state === 'done'), 20_000)
      const rows = await deliveryRows()
      assert.deepEqual(
        rows.map(({ state, attempts }) => [state, attempts]),
        [
          ['done', 1],
          ['done', 1]
        ]
      )
    })
  }
})

describe('an instance that is barred in the middle', () => {
  it('leaves the deliveries that were not tried as they were', async (t) => {
    const { world, seen, hooks, give, start, deliveryRows } = await openInstance(t)
    const key = world.register(world.first)
    give('1', '2', '3')
    hooks.onDeliver = () => {
      key.span.to = 5
    }
    const running = start()
    await until(() => running.paused() !== undefined, 20_000)
    await until(async () => (await deliveryRows()).every(({ begunAt }) => begunAt === null), 20_000)
    assert.deepEqual(
      (await deliveryRows()).map(({ event, state, attempts }) => [event, state, attempts]),
      [
        [1, 'done', 1],
        [2, 'due', 0],
        [3, 'due', 0]
      ]
    )
    hooks.onDeliver = () => {}
    key.span.to = undefined
    await until(() => seen.delivered.length === 3, 20_000)
    assert.deepEqual(seen.delivered, [1, 2, 3])
  })

  it('does not deliver what it was about to deliver', async (t) => {
    const { world, seen, hooks, give, start, deliveryRows } = await openInstance(t)
    const key = world.register(world.first)
    give('1')
    hooks.onStatus = () => {
      key.span.to = 5
    }
    start()
    await until(() => seen.looks >= 2, 20_000)
    assert.deepEqual(seen.delivered, [])
    const rows = await deliveryRows()
    assert.deepEqual(
      rows.map((row) => ({ ...row })),
      [{ event: 1, state: 'due', attempts: 0, begunAt: null }]
    )
    hooks.onStatus = () => {}
    key.span.to = undefined
    await until(() => seen.delivered.length === 1, 20_000)
  })

  it('keeps what it found, and publishes the same event later, signed by the key that is good then', async (t) => {
    const { world, seen, hooks, outside, outbox, start } = await openInstance(t)
    const key = world.register(world.first)
    outside.push(found('one'))
    hooks.onPoll = () => {
      key.span.to = 5
    }
    const running = start()
    await until(() => running.paused() !== undefined, 20_000)
    await until(async () => (await outbox.open(name)).length === 1, 20_000)
    const [stored] = await outbox.open(name)
    await until(() => seen.looks >= 2, 20_000)
    assert.deepEqual([seen.published.length, seen.acknowledged, outside.length], [0, [], 1])
    hooks.onPoll = () => {}
    world.register(world.second)
    world.file = world.second
    await until(() => seen.acknowledged.length === 1, 20_000)
    const [submission] = seen.published
    assert.deepEqual(submission?.events[0]?.value, stored?.event)
    const [header = ''] = submission?.events[0]?.signature?.token.split('.') ?? []
    assert.equal(JSON.parse(Buffer.from(header, 'base64url').toString()).kid, 'second')
    assert.equal(submission?.publisher.kid, 'second')
    assert.equal(seen.published.length, 1)
  })
})
