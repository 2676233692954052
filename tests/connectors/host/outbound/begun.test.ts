import assert from 'node:assert/strict'
import { it } from 'node:test'
import { createDeliveries } from '#connectors/host/outbound/deliveries.ts'
import { openOutboundLab, operator } from '#tests/helpers/outbound-lab.ts'
import { describeOnEveryStore } from '#tests/helpers/stores.ts'

describeOnEveryStore('the begin of attempts', (openStore) => {
  it('leaves out what a person has skipped since it was chosen, and what is begun cannot be skipped', async (t) => {
    const lab = await openOutboundLab(openStore, t, { outbound: {} }) // Takes, and delivers nothing.
    await lab.send({ subject: 'a' }, { subject: 'b' })
    lab.run()
    await lab.states('waiting', 'waiting')
    const deliveries = createDeliveries(lab.instance, lab.options)
    const { urgent } = await deliveries.dueLines(lab.options.steadyNow(), 8)
    const chosen = await deliveries.headsOf(urgent)
    const skip = { act: 'skip', reason: 'x' } as const
    await lab.acts.perform(operator, skip, [{ connector: 'documents', event: '1' }])
    assert.deepEqual([...(await deliveries.begin(chosen))], [2])
    await assert.rejects(lab.acts.perform(operator, skip, [{ connector: 'documents', event: '2' }]), {
      fault: 'delivery-running'
    })
    await lab.states('skipped', 'waiting')
  })

  it('leaves out what another process has begun, unless it may be repeated', async (t) => {
    for (const repeatable of [false, true]) {
      const lab = await openOutboundLab(openStore, t, { outbound: { repeatable } }) // Takes, and delivers nothing.
      await lab.send({ subject: 'a' })
      lab.run()
      await lab.states('waiting')
      const deliveries = createDeliveries(lab.instance, lab.options)
      const { urgent } = await deliveries.dueLines(lab.options.steadyNow(), 8)
      const chosen = await deliveries.headsOf(urgent)
      assert.deepEqual([...(await deliveries.begin(chosen))], [1])
      assert.deepEqual([...(await deliveries.begin(chosen))], repeatable ? [1] : [])
    }
  })
})
