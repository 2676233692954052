import assert from 'node:assert/strict'
import { describe, it, type TestContext } from 'node:test'
import { onOneMachine } from '#tests/helpers/engine-sets.ts'
import { itemOf, newInstanceName, openHostLab, outsideOf, until } from '#tests/helpers/host-lab.ts'
import { systemOf } from '#tests/helpers/test-bus.ts'

const limitMs = 20_000

/** A bus whose backup was made when only one instance had run; B was sent a document before and one after that. */
async function openRestored(t: TestContext) {
  const lab = await openHostLab(t, onOneMachine)
  const [from, name] = [newInstanceName(), newInstanceName()]
  outsideOf(from).items.push(itemOf('1'), itemOf('2'))
  const first = await lab.start([lab.instance(from)])
  await until(async () => (await lab.published()).length === 2, limitMs)
  await first.close()
  const sink = lab.instance(name, {
    ...{ kind: 'sink', start: 'beginning' },
    ...{ system: systemOf('B'), keyFile: lab.keyFileOf('B') }
  })
  const epoch = lab.parts.epoch + 1
  const start = (...instances: readonly object[]) => lab.start([lab.instance(from), ...instances], { epoch })
  const states = async () => (await lab.deliveries()).map(({ state }) => state)
  return { lab, from, name, sink, start, states }
}

describe('after a restore', () => {
  it('an instance that the backup does not know is paused, too, and what it may have delivered is in doubt', async (t) => {
    const { lab, from, name, sink, start, states } = await openRestored(t)
    const host = await start(sink)
    const isPaused = (one: string) => lab.statusOf(host, one)?.reason?.startsWith('restored') === true
    await until(() => isPaused(from) && isPaused(name), limitMs)
    assert.deepEqual(await states(), [])
    await lab.act('resume', name)
    await until(async () => (await states()).join() === 'in-doubt,in-doubt', limitMs)
    assert.deepEqual(outsideOf(name).delivered, [])
  })

  it('an instance that is added later delivers: it cannot have delivered before', async (t) => {
    const { lab, from, name, sink, start } = await openRestored(t)
    const host = await start()
    await until(() => lab.statusOf(host, from)?.state === 'paused', limitMs)
    host.reload(await lab.check([lab.instance(from), sink]))
    await until(() => outsideOf(name).delivered.length === 2, limitMs)
    assert.equal(lab.statusOf(host, name)?.state, 'running')
  })
})
