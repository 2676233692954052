import assert from 'node:assert/strict'
import { it } from 'node:test'
import { startRegistryBus } from '../helpers/registry-bus.ts'
import { systemOf } from '../helpers/test-bus.ts'
import { until } from '../helpers/until.ts'

interface Shown {
  readonly name: string
  readonly state: string
  readonly reason?: string
  readonly pausedBy?: string
  readonly counts: { readonly waiting: number }
}

it('an instance is seen and paused, resumed, checked, restarted and reset by its agency and by operators', async (t) => {
  const { bus, outside } = await startRegistryBus(t)
  outside.status = 200
  const { A, B, C } = bus.clients
  const shown = () => B.get<Shown>('/v1/connectors/registry-b')
  const act = (name: string, more: object = {}) =>
    B.act('/v1/connectors', { act: name, connector: 'registry-b', ...more })
  await until(
    async () => (await B.get<{ items: readonly Shown[] }>('/v1/connectors')).items.length === 1,
    10_000
  )
  await until(async () => (await shown()).state === 'running', 10_000)

  assert.deepEqual(await act('pause', { reason: 'maintenance' }), { result: 'done' })
  await until(async () => (await shown()).state === 'paused', 2000)
  const paused = await shown()
  assert.match(paused.reason ?? '', /maintenance/)
  assert.equal(paused.pausedBy, systemOf('B'))
  await A.publish(bus.document())
  await bus.operator.act('/v1/connectors', { act: 'resume', connector: 'registry-b' })
  await until(() => outside.got.length === 1, 10_000)

  assert.deepEqual(await act('check'), { result: 'done' })
  assert.deepEqual(await act('restart'), { result: 'done' })
  await until(async () => (await shown()).state === 'running', 10_000)
  assert.deepEqual(await act('reset', { cursor: null }), { result: 'done' })
  outside.close()
  const away = (await act('check')) as { readonly result: string; readonly problem: string }
  assert.equal(away.result, 'failed')
  assert.ok(away.problem.length > 10)

  await assert.rejects(act('reset'), { code: 'BUS_ACT_INVALID' })
  await assert.rejects(act('check', { cursor: 'x' }), { code: 'BUS_ACT_INVALID' })
  assert.deepEqual((await C.get<{ items: readonly Shown[] }>('/v1/connectors')).items, [])
  await assert.rejects(C.get('/v1/connectors/registry-b'), { code: 'BUS_NOT_FOUND' })
  await assert.rejects(C.act('/v1/connectors', { act: 'pause', connector: 'registry-b' }), {
    code: 'BUS_NOT_FOUND'
  })
})
