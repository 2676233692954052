import assert from 'node:assert/strict'
import { it } from 'node:test'
import { startRegistryBus } from '../helpers/registry-bus.ts'
import { codes } from '../helpers/test-bus.ts'
import { until } from '../helpers/until.ts'

interface Listed {
  readonly items: readonly { readonly event: string; readonly state: string; readonly attempts: number }[]
}

interface Read {
  readonly deliveries: readonly {
    readonly agency: string
    readonly state: string
    readonly connectors?: readonly {
      readonly state: string
      readonly lastError?: { readonly code: string }
    }[]
  }[]
}

it('a delivery that the outside refuses holds its line; sender, recipient and operator see it and may release it', async (t) => {
  const { bus, outside } = await startRegistryBus(t)
  const { A, B, C } = bus.clients
  const subject = `${codes.A},2026/11/24,1/SMA-VP`
  const [first, second] = await A.publish(bus.document({ subject }), bus.document({ subject }))
  const open = async () => (await B.get<Listed>('/v1/deliveries')).items
  await until(async () => (await open()).map(({ state }) => state).join() === 'dead,waiting', 15_000)

  const read = await A.get<Read>(`/v1/events/${first?.hash}`)
  const [delivery] = read.deliveries
  assert.equal(delivery?.state, 'pending')
  assert.equal(delivery?.connectors?.[0]?.lastError?.code, 'BUS_PEER_REFUSED')
  const sent = await A.get<Listed>(`/v1/deliveries?sender=${codes.A}&state=dead`)
  assert.deepEqual(
    sent.items.map(({ event }) => event),
    [first?.hash]
  )
  assert.deepEqual((await C.get<Listed>('/v1/deliveries')).items, [])
  await assert.rejects(C.get(`/v1/deliveries?recipient=${codes.B}`), { code: 'BUS_NOT_PERMITTED' })
  await assert.rejects(C.get(`/v1/deliveries/registry-b/${first?.hash}`), { code: 'BUS_NOT_FOUND' })
  const shown = await B.get<{ waitsFor: string }>(`/v1/deliveries/registry-b/${second?.hash}`)
  assert.equal(shown.waitsFor, first?.hash)

  const name = { connector: 'registry-b', event: first?.hash }
  for (const body of [
    { act: 'skip', deliveries: [name] },
    { act: 'release', as: 'done', deliveries: [name] },
    { act: 'settle', deliveries: [name] },
    { act: 'release' },
    { act: 'release', filter: {}, deliveries: [name] },
    { act: 'release', filter: {} },
    { act: 'release', dryRun: true, deliveries: [name] }
  ]) {
    await assert.rejects(B.act('/v1/deliveries', body), { code: 'BUS_ACT_INVALID' })
  }
  await assert.rejects(A.act('/v1/deliveries', { act: 'release', deliveries: [name] }), {
    code: 'BUS_NOT_FOUND'
  })
  await assert.rejects(B.act('/v1/deliveries', { act: 'settle', as: 'done', deliveries: [name] }), {
    code: 'BUS_ACT_CONFLICT'
  })

  outside.status = 200
  const filter = { connector: 'registry-b', state: 'dead' }
  const counted = await bus.operator.act('/v1/deliveries', { act: 'release', filter, dryRun: true })
  assert.deepEqual(counted, { count: 1 })
  const stale = { act: 'release', filter, count: 2 }
  await assert.rejects(bus.operator.act('/v1/deliveries', stale), { code: 'BUS_ACT_CONFLICT' })
  assert.deepEqual(await bus.operator.act('/v1/deliveries', { act: 'release', filter, count: 1 }), {
    count: 1
  })
  const actsFor = async (client: typeof A) =>
    (await client.get<{ readonly acts: readonly unknown[] }>(`/v1/deliveries/registry-b/${first?.hash}`)).acts
  assert.equal((await actsFor(B)).length, 1)
  assert.deepEqual(await actsFor(A), [], 'who acts for the recipient, and why, is not for the sender')
  await until(async () => (await open()).length === 0, 15_000)
  assert.deepEqual(outside.got, [subject, subject])
  assert.equal((await A.get<Read>(`/v1/events/${first?.hash}`)).deliveries[0]?.state, 'delivered')
})
