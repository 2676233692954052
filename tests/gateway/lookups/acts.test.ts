import assert from 'node:assert/strict'
import { it } from 'node:test'
import type { Client } from '#client/client.ts'
import { addSystem } from '../../helpers/add-system.ts'
import { describeOnEngines } from '../../helpers/engine-sets.ts'
import { startRegistryBus } from '../../helpers/registry-bus.ts'
import { temporaryFolder } from '../../helpers/temporary-folder.ts'
import { actOnSystem, codes, startTestBus, systemOf } from '../../helpers/test-bus.ts'
import { until } from '../../helpers/until.ts'

interface Act {
  readonly number: number
  readonly act: string
  readonly resource: string
  readonly by: { readonly system?: string; readonly agency?: string }
  readonly onBehalfOf?: string
  readonly reason?: string
  readonly body: Readonly<Record<string, unknown>>
  readonly hash: string
}

interface Page {
  readonly items: readonly Act[]
  readonly next?: string
}

const acts = async (client: Client, query: Readonly<Record<string, string>> = {}): Promise<Page> =>
  client.get<Page>(`/v1/acts?${new URLSearchParams(query)}`)

describeOnEngines('acts', (engines) => {
  it('are found by who, what, resource, agency, words and time, newest first and paged; an agency finds those that touch it', async (t) => {
    const folder = temporaryFolder(t)
    const bus = await startTestBus(t, { folder, settings: await engines.settingsFor(folder) })
    const { operator, clients } = bus
    const auditor = await addSystem(bus, `/agencies/${codes.C}/systems/auditor`, { roles: ['auditor'] })
    const before = new Date().toISOString()
    const reason = 'Nghi lộ khóa ở Đà Nẵng'
    await actOnSystem(operator, systemOf('B'), { act: 'system.suspended', reason })
    await actOnSystem(operator, systemOf('B'), { act: 'system.resumed' })

    const all = await acts(operator, { limit: '500' })
    assert.deepEqual(await acts(auditor, { limit: '500' }), all)
    const [resumed, suspended] = all.items
    assert.deepEqual([resumed?.act, suspended?.act], ['system.resumed', 'system.suspended'])
    assert.equal(suspended?.reason, reason)
    assert.equal(suspended?.by.system, '/bus/systems/operator')
    assert.equal(suspended?.onBehalfOf, codes.B)
    const { last } = await operator.get<{ last: string }>(`/v1/systems${systemOf('B')}`)
    assert.equal(resumed?.hash, last)

    const named = (page: Page) => page.items.map(({ number }) => number)
    const one = suspended ? [suspended.number] : []
    assert.deepEqual(named(await acts(operator, { q: 'da nang LO KHOA' })), one)
    assert.deepEqual(named(await acts(operator, { act: 'system.suspended' })), one)
    assert.deepEqual(named(await acts(operator, { from: before, act: 'system.suspended' })), one)
    assert.deepEqual(named(await acts(operator, { to: before, act: 'system.suspended' })), [])
    assert.deepEqual(named(await acts(operator, { q: `da nang') OR 1=1 --` })), [])
    assert.deepEqual(named(await acts(operator, { q: 'ngoài '.repeat(160) })), [])
    const onB = await acts(operator, { resource: `/agencies/${codes.B}` })
    assert.ok(onB.items.length > 2)
    assert.ok(onB.items.every(({ resource }) => resource.startsWith(`/agencies/${codes.B}`)))
    assert.equal((await acts(operator, { resource: `/agencies/${codes.B.slice(0, -1)}` })).items.length, 0)
    await assert.rejects(acts(operator, { from: 'yesterday' }), { code: 'BUS_QUERY_INVALID' })
    await assert.rejects(acts(operator, { who: 'x'.repeat(301) }), { code: 'BUS_QUERY_INVALID' })

    const paged: number[] = []
    for (let after: string | undefined; ; ) {
      const page = await acts(operator, { limit: '7', ...(after === undefined ? {} : { after }) })
      paged.push(...named(page))
      after = page.next
      if (after === undefined) break
    }
    assert.deepEqual(paged, named(all))

    const ofB = await acts(clients.B, { limit: '500' })
    assert.deepEqual(ofB, await acts(operator, { agency: codes.B, limit: '500' }))
    assert.ok(ofB.items.some(({ resource }) => resource === '/agreements/a-b-dossiers'))
    assert.deepEqual(named(await acts(clients.C, { act: 'system.suspended' })), [])
    assert.deepEqual(named(await acts(clients.C, { agency: codes.B })), [])
    for (const after of ['x', '1', '1.x', '-1.1'])
      await assert.rejects(acts(operator, { after }), { code: 'BUS_QUERY_INVALID' }, after)
    assert.deepEqual(named(await acts(clients.C, { who: '/bus/systems/operator', q: 'da nang' })), [])
  })
})

it('acts on connectors and deliveries are among them, for their agency and for operators', async (t) => {
  const { bus, outside } = await startRegistryBus(t)
  outside.status = 422
  const { A, B, C } = bus.clients
  const [published] = await A.publish(bus.document())
  await until(async () => {
    const dead = await B.get<{ items: readonly unknown[] }>('/v1/deliveries?state=dead')
    return dead.items.length === 1
  }, 10_000)
  const names = [{ connector: 'registry-b', event: published?.hash }]
  await B.act('/v1/deliveries', { act: 'skip', reason: 'sai mẫu', deliveries: names })
  await bus.operator.act('/v1/connectors', { act: 'pause', connector: 'registry-b', reason: 'bảo trì' })

  const [paused, skipped] = (await acts(B)).items
  assert.equal(paused?.act, 'pause')
  assert.equal(paused?.resource, '/connectors/registry-b')
  assert.equal(paused?.onBehalfOf, codes.B)
  assert.equal(skipped?.act, 'skip')
  assert.equal(skipped?.resource, `/deliveries/registry-b/${published?.hash}`)
  assert.deepEqual(skipped?.by, { system: systemOf('B'), agency: codes.B })
  assert.deepEqual((await acts(bus.operator, { q: 'bao tri' })).items, [paused])
  assert.deepEqual((await acts(bus.operator, { who: codes.B, act: 'skip' })).items, [skipped])
  for (const act of ['skip', 'pause']) assert.deepEqual((await acts(C, { act })).items, [])
  assert.deepEqual((await acts(A, { act: 'skip' })).items, [])
})
