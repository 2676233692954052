import assert from 'node:assert/strict'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { it } from 'node:test'
import { actOnSystem, startTestBus, systemOf } from '../helpers/test-bus.ts'

it('acts that somebody else wrote into the store are reported where operators look, and hold nothing up', async (t) => {
  const first = await startTestBus(t)
  const { folder } = first
  const readyAt = async ({ bus }: typeof first) => {
    const response = await fetch(`${bus.managementUrl}/readyz`)
    const metrics = await (await fetch(`${bus.managementUrl}/metrics`)).text()
    const [, count] = /^lienthong_control_acts_ignored (\d+)$/m.exec(metrics) ?? []
    return { status: response.status, body: await response.text(), count }
  }
  const before = await readyAt(first)
  assert.deepEqual([before.status, JSON.parse(before.body).status, before.count], [200, 'ok', '0'])
  await first.bus.close()

  const store = new DatabaseSync(join(folder, 'store.sqlite'))
  const insert = `INSERT INTO "controlActs" SELECT (SELECT max(number) FROM "controlActs") + 1, ?, token, '2999-01-01T00:00:00.000Z' FROM "controlActs" WHERE number = 1`
  const revoked = { act: 'system.revoked', resource: systemOf('A'), previous: null }
  for (const body of [JSON.stringify(revoked), 'no JSON']) store.prepare(insert).run(body)
  store.close()

  const bus = await startTestBus(t, { folder })
  const reported = await readyAt(bus)
  assert.deepEqual(
    [reported.status, JSON.parse(reported.body).status, reported.count],
    [200, 'degraded', '2']
  )
  const [{ warning }] = JSON.parse(reported.body).warnings
  assert.match(warning, /2 control acts .* ignored.*controlActs/)
  await actOnSystem(bus.operator, systemOf('C'), { act: 'system.suspended' })
  const { status } = await bus.operator.get<{ status: string }>(`/v1/systems${systemOf('A')}`)
  assert.equal(status, 'active')
  assert.equal((await bus.clients.A.publish(bus.document()))[0]?.status, 'accepted')
})
