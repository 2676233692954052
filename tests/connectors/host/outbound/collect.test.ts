import assert from 'node:assert/strict'
import { it } from 'node:test'
import { createCollecting } from '#connectors/host/outbound/collect.ts'
import type { DeliveryTables } from '#connectors/host/outbound/delivery-tables.ts'
import { BusError } from '#protocol/errors/bus-error.ts'
import { idOf, openOutboundLab } from '#tests/helpers/outbound-lab.ts'
import { describeOnEveryStore } from '#tests/helpers/stores.ts'
import { until } from '#tests/helpers/until.ts'

describeOnEveryStore('an outside that fetches what waits for it', (openStore) => {
  it('has deliveries wait until it has collected them', async (t) => {
    const lab = await openOutboundLab(openStore, t, { outbound: { collected: true } })
    const collecting = createCollecting(lab.instance, lab.options)
    await lab.send({ subject: 'a' }, { subject: 'a' }, { subject: 'b' })
    lab.run()
    await lab.states('waiting', 'waiting', 'waiting')
    const [first] = await collecting.waiting(undefined, 1)
    assert.ok(first)
    const rest = await collecting.waiting(first.hash, 10)
    assert.equal(rest.length, 2)
    assert.equal((await collecting.waitingEvent(first.hash))?.hash, first.hash)
    await collecting.collected([first.hash])
    await collecting.collected([first.hash])
    for (const gone of [first.hash, '00']) assert.equal(await collecting.waitingEvent(gone), undefined)
    await lab.states('delivered', 'waiting', 'waiting')
    assert.equal((await lab.recipientStatuses.ofEvent(1))[0]?.state, 'delivered')
    assert.equal(
      (await collecting.waiting('00', 10)).length,
      2,
      'its delivery was removed: from the oldest on'
    )
  })

  it('is given nothing after a delivery that holds its line', async (t) => {
    const lab = await openOutboundLab(openStore, t, { outbound: { collected: true } })
    const collecting = createCollecting(lab.instance, lab.options)
    const sent = await lab.send({ subject: 'a' }, { subject: 'b' }, { subject: 'a' }, { subject: 'c' })
    lab.run()
    await lab.states('waiting', 'waiting', 'waiting', 'waiting')
    const [, , later] = await collecting.waiting(undefined, 10)
    await lab.store.transaction(async (transaction) => {
      const db = transaction.tables<DeliveryTables>()
      await db.updateTable('deliveries').set({ state: 'in-doubt' }).where('event', '=', 1).execute()
    })
    const all = await collecting.waiting(undefined, 10)
    assert.deepEqual(all.map(idOf), [sent[1]?.id, sent[3]?.id])
    const after = await collecting.waiting(all[0]?.hash, 10)
    assert.deepEqual(after.map(idOf), [sent[3]?.id])
    assert.equal(await collecting.waitingEvent(later?.hash ?? ''), undefined)
    assert.equal((await collecting.waitingEvent(all[1]?.hash ?? ''))?.hash, all[1]?.hash)
  })

  it('is given what it did not take again once that is due, and nothing after it in its line', async (t) => {
    const lab = await openOutboundLab(openStore, t, {
      outbound: { collected: true },
      options: { scheduleMs: [20_000_000] }
    })
    const collecting = createCollecting(lab.instance, lab.options)
    const sent = await lab.send({ subject: 'a' }, { subject: 'a' }, { subject: 'b' })
    lab.run()
    await lab.states('waiting', 'waiting', 'waiting')
    const [first] = await collecting.waiting(undefined, 1)
    assert.ok(first)
    await collecting.notCollected(first.hash, new BusError('BUS_PEER_FAILED', 'internal'))
    assert.deepEqual((await collecting.waiting(undefined, 10)).map(idOf), [sent[2]?.id])
    assert.equal((await collecting.waitingEvent(first.hash))?.hash, first.hash)
    const [row] = await lab.rows()
    assert.deepEqual([row?.attempts, row?.failure], [1, 'BUS_PEER_FAILED'])
    await until(async () => (await collecting.waiting(undefined, 10)).length === 3, 10_000)
    await collecting.notCollected(first.hash, new BusError('BUS_PEER_FAILED', 'internal'))
    await lab.states('dead', 'waiting', 'waiting')
    assert.deepEqual((await collecting.waiting(undefined, 10)).map(idOf), [sent[2]?.id])
    assert.equal(await collecting.waitingEvent(first.hash), undefined)
  })

  it('has it counted once that it did not take an event, however often it says so before that is due again', async (t) => {
    let now = Date.now()
    const lab = await openOutboundLab(openStore, t, {
      outbound: { collected: true },
      options: { scheduleMs: [1000, 1000], steadyNow: () => now }
    })
    const collecting = createCollecting(lab.instance, lab.options)
    await lab.send({ subject: 'a' })
    lab.run()
    await lab.states('waiting')
    const [first] = await collecting.waiting(undefined, 1)
    for (const attempts of [1, 2]) {
      for (const _replayed of [1, 2, 3]) {
        await collecting.notCollected(first?.hash ?? '', new BusError('BUS_PEER_FAILED', 'internal'))
      }
      const [row] = await lab.rows()
      assert.deepEqual([row?.state, row?.attempts], ['waiting', attempts])
      now += 1000
    }
  })

  it('does not have it counted as an attempt where it says nothing; what it took in the end shows no failure', async (t) => {
    const lab = await openOutboundLab(openStore, t, { outbound: { collected: true } })
    const collecting = createCollecting(lab.instance, lab.options)
    await lab.send({ subject: 'a' })
    lab.run()
    await lab.states('waiting')
    const [first] = await collecting.waiting(undefined, 1)
    assert.ok(first)
    for (let time = 0; time < 20; time += 1) {
      await collecting.notCollected(first.hash, new BusError('BUS_PEER_UNREACHABLE', 'internal'))
    }
    const [silent] = await lab.rows()
    assert.deepEqual([silent?.state, silent?.attempts], ['waiting', 0])
    assert.equal(silent?.failure, 'BUS_PEER_UNREACHABLE')
    assert.equal((await collecting.waiting(undefined, 10)).length, 1)
    await collecting.collected([first.hash])
    await collecting.notCollected(first.hash, new BusError('BUS_PEER_FAILED', 'internal'))
    const [done] = await lab.rows()
    assert.deepEqual([done?.state, done?.attempts, done?.failure], ['delivered', 1, null])
  })
})
