import assert from 'node:assert/strict'
import { it } from 'node:test'
import { startTestBus } from '../helpers/test-bus.ts'
import { until } from '../helpers/until.ts'

it('an address finds a case by a name that is written in another form of Unicode', async (t) => {
  const bus = await startTestBus(t)
  const name = 'Việc số 1'
  await bus.clients.A.publish(bus.document({ correlationid: name }))
  for (const form of ['NFC', 'NFD'] as const) {
    const path = `/v1/flows/${encodeURIComponent(name.normalize(form))}`
    const find = () => bus.operator.get(path).catch(() => undefined) as Promise<{ flow: string } | undefined>
    await until(async () => (await find()) !== undefined, 10_000)
    assert.equal((await find())?.flow, name)
    const { items } = (await bus.operator.get(
      `/v1/flows?subject=${encodeURIComponent(name.normalize(form))}`
    )) as {
      items: unknown[]
    }
    assert.equal(items.length, 1, form)
  }
})
