import assert from 'node:assert/strict'
import { it } from 'node:test'
import { type BegunFilter, begunBy } from '#connectors/host/outbound/begun.ts'
import { createDeliveries } from '#connectors/host/outbound/deliveries.ts'
import type { DeliveryTables } from '#connectors/host/outbound/delivery-tables.ts'
import { openOutboundLab, operator, recipient, sender } from '#tests/helpers/outbound-lab.ts'
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

  it('are shown to the connector: under way, in doubt, or ended by a person', async (t) => {
    const lab = await openOutboundLab(openStore, t, { outbound: {} }) // Takes, and delivers nothing.
    const subjects = ['begun', 'doubtful', 'skipped', 'settled', 'retried', 'delivered', 'waiting', 'ended']
    await lab.send(...subjects.map((subject) => ({ subject })))
    lab.run()
    await lab.states(...subjects.map(() => 'waiting'))
    const set = (subject: string, values: Partial<DeliveryTables['deliveries']>) =>
      lab.store.transaction(async (transaction) => {
        const db = transaction.tables<DeliveryTables>()
        await db.updateTable('deliveries').set(values).where('subject', '=', subject).execute()
      })
    await set('begun', { begunAt: 1 })
    for (const subject of ['doubtful', 'settled', 'retried']) await set(subject, { state: 'in-doubt' })
    for (const subject of ['delivered', 'ended']) await set(subject, { state: subject as 'ended', open: 0 })
    const name = (subject: string) => ({
      connector: 'documents',
      event: String(subjects.indexOf(subject) + 1)
    })
    const before = Date.now()
    await lab.acts.perform(operator, { act: 'skip', reason: 'x' }, [name('skipped')])
    await lab.acts.perform(operator, { act: 'settle', as: 'done' }, [name('settled')])
    await lab.acts.perform(operator, { act: 'settle', as: 'not-done' }, [name('retried')])
    const begun = async (filter: Partial<BegunFilter>, instance = 'documents') => {
      const whole = { sender, endedSince: before, limit: 100, ...filter }
      const events = await begunBy(instance, whole, lab)
      return events.map(({ event }) => event.subject)
    }
    assert.deepEqual(await begun({}), ['settled', 'skipped', 'doubtful', 'begun'])
    assert.deepEqual(await begun({ limit: 2 }), ['settled', 'skipped'])
    assert.deepEqual(await begun({ endedSince: Date.now() + 60_000 }), ['doubtful', 'begun'])
    assert.deepEqual(await begun({ sender: recipient }), [])
    assert.deepEqual(await begun({}, 'another'), [])
  })
})
