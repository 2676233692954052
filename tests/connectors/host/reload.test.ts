import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { createReceiver, type Receiver } from '#connectors/host/receive.ts'
import { onOneMachine } from '#tests/helpers/engine-sets.ts'
import { itemOf, newInstanceName, openHostLab, outsideOf, until } from '#tests/helpers/host-lab.ts'
import { systemOf } from '#tests/helpers/test-bus.ts'

const limitMs = 20_000

describe('a reload of the host', () => {
  for (const change of ['rate group', 'name'] as const) {
    it(`runs an instance with another ${change} only once the former one has ended`, async (t) => {
      const lab = await openHostLab(t, onOneMachine)
      const [from, former] = [newInstanceName(), newInstanceName()]
      const name = change === 'name' ? newInstanceName() : former
      const changes = change === 'name' ? { formerNames: [former] } : { rateGroup: newInstanceName() }
      const sink = { kind: 'sink', system: systemOf('B'), keyFile: lab.keyFileOf('B') }
      const settings = { ...sink, settings: { outside: former }, start: 'beginning' }
      const outside = outsideOf(former)
      let begun = 0
      const gate = Promise.withResolvers<void>()
      outside.onDeliver = () => {
        begun += 1
        return gate.promise
      }
      outsideOf(from).items.push(itemOf('1'))
      const host = await lab.start([lab.instance(from), lab.instance(former, settings)])
      await until(() => begun === 1, limitMs)
      host.reload(await lab.check([lab.instance(from), lab.instance(name, { ...settings, ...changes })]))
      await until(() => begun > 1 || outside.connections > 1, 500).catch(() => {})
      assert.deepEqual([begun, outside.connections], [1, 1])
      gate.resolve()
      await until(() => lab.statusOf(host, name)?.state === 'running', limitMs)
      outsideOf(from).items.push(itemOf('2'))
      await until(() => outside.delivered.length === 2, limitMs)
      const ends = (await lab.deliveries()).map(({ instance, state }) => [instance, state])
      assert.deepEqual(ends[0], [name, 'delivered'])
      assert.ok(host.find(name))
      await host.close()
      assert.equal(begun, 2)
    })
  }

  it('reads key files again though the settings are as they were', async (t) => {
    const lab = await openHostLab(t, onOneMachine)
    const name = newInstanceName()
    const { readKey } = lab.parts
    let reads = 0
    const counting: typeof readKey = (file) => {
      reads += 1
      return readKey(file)
    }
    const host = await lab.start([lab.instance(name)], { readKey: counting })
    await until(() => lab.statusOf(host, name)?.state === 'running', limitMs)
    const [running, before] = [host.find(name), reads]
    host.reload(await lab.check([lab.instance(name)]))
    await until(() => reads > before, limitMs)
    assert.equal(host.find(name), running)
  })

  it('leaves a former name to the process that runs the instance: one that only receives waits for it', async (t) => {
    const lab = await openHostLab(t, onOneMachine)
    const [former, name] = [newInstanceName(), newInstanceName()]
    const host = await lab.start([lab.instance(former)])
    await until(() => lab.statusOf(host, former)?.state === 'running', limitMs)
    const renamed = lab.instance(name, { formerNames: [former] })
    const receiver = await lab.receiver([renamed])
    const send = () => {
      const body = JSON.stringify([itemOf('1')])
      return receiver.receive(name, new Request('http://x/', { method: 'POST', body }))
    }
    await assert.rejects(send, { code: 'BUS_STORE_UNAVAILABLE' })
    outsideOf(former).items.push(itemOf('2'))
    await until(async () => (await lab.published()).length === 1, limitMs)
    host.reload(await lab.check([renamed]))
    await until(() => lab.statusOf(host, name)?.state === 'running', limitMs)
    assert.deepEqual(await (await send()).json(), ['stored'])
  })

  it('leaves a paused instance paused under its new name: it does nothing before that is known', async (t) => {
    const lab = await openHostLab(t, onOneMachine)
    const [former, name, other] = [newInstanceName(), newInstanceName(), newInstanceName()]
    const settings = { settings: { outside: former }, every: '20ms' }
    const host = await lab.start([lab.instance(former, settings)])
    await until(() => lab.statusOf(host, former)?.state === 'running', limitMs)
    await lab.act('pause', former, { reason: 'maintenance' })
    await until(() => lab.statusOf(host, former)?.state === 'paused', limitMs)
    const polls = outsideOf(former).cursors.length
    const renamed = lab.instance(name, { ...settings, formerNames: [former] })
    host.reload(await lab.check([renamed]))
    await until(() => lab.statusOf(host, name)?.state === 'paused', limitMs)
    assert.equal(lab.statusOf(host, name)?.reason, 'maintenance')
    assert.equal(outsideOf(former).cursors.length, polls)
    await lab.act('resume', name)
    await until(() => outsideOf(former).cursors.length > polls, limitMs)

    // Whoever only receives looks once a second: here never again.
    const instances = await lab.check([renamed, lab.instance(other)])
    const receiver = createReceiver({ parts: { ...lab.parts, steadyNow: () => 0 }, instances })
    const send = (to: string) =>
      receiver.receive(to, new Request('http://x/', { method: 'POST', body: '[]' }))
    await send(other)
    await lab.act('pause', name)
    await assert.rejects(send(name), { code: 'BUS_CONNECTOR_PAUSED' })
    await receiver.close()
  })

  it('has what was received for a former name sent again: it answers no request whose items nobody would publish', async (t) => {
    const lab = await openHostLab(t, onOneMachine)
    const [former, name] = [newInstanceName(), newInstanceName()]
    const host = await lab.start([lab.instance(former)])
    await until(() => lab.statusOf(host, former)?.state === 'running', limitMs)
    const sendBy = (receiver: Receiver, body: unknown) =>
      receiver.receive(former, new Request('http://x/', { method: 'POST', body: JSON.stringify(body) }))
    const known = await lab.receiver([lab.instance(former)])
    assert.deepEqual(await (await sendBy(known, [itemOf('1')])).json(), ['stored'])
    await until(async () => (await lab.published()).length === 1, limitMs)
    host.reload(await lab.check([lab.instance(name, { formerNames: [former] })]))
    await until(() => lab.statusOf(host, name)?.state === 'running', limitMs)
    // One of them has opened the instance before, the other one has not.
    for (const receiver of [known, await lab.receiver([lab.instance(former)])]) {
      await assert.rejects(sendBy(receiver, [itemOf('2')]), { code: 'BUS_STORE_UNAVAILABLE' })
    }
    assert.deepEqual(await lab.items(), [])
    await host.close()
    const again = await lab.start([lab.instance(former), lab.instance(name)])
    await until(() => lab.statusOf(again, former)?.state === 'running', limitMs) // The name is given to another one.
    assert.deepEqual(await (await sendBy(known, [itemOf('2')])).json(), ['stored'])
  })
})
