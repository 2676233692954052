import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import type { ConnectorTables } from '#connectors/host/connector-tables.ts'
import { retryItem } from '#connectors/host/inbound/quarantine.ts'
import { createMarkReader } from '#connectors/host/marks.ts'
import { faults } from '#connectors/shared-formats/http/faults.ts'
import { BusError } from '#protocol/errors/bus-error.ts'
import { onOneMachine } from '#tests/helpers/engine-sets.ts'
import { itemOf, newInstanceName, openHostLab, outsideOf, until } from '#tests/helpers/host-lab.ts'

const limitMs = 20_000
const every = { every: '20ms' }
const toNobody = { recipients: ['000.00.99.H99'] }
const unknownReport = { event: 'a'.repeat(64), as: 'done' } as const

describe('one item of the outside', () => {
  it('with a reference or mark that cannot be stored is quarantined, and the others go on', async (t) => {
    const lab = await openHostLab(t, onOneMachine)
    const name = newInstanceName()
    const wrong = [
      { ...itemOf('long'), reference: 'r'.repeat(1001) },
      { ...itemOf('nul'), reference: 'a\0b' },
      { ...itemOf('number'), reference: 7 as unknown as string },
      { ...itemOf('mark'), marks: { key: 'v'.repeat(4097) } }
    ]
    outsideOf(name).items.push(itemOf('first'), ...wrong, itemOf('last'))
    const host = await lab.start([lab.instance(name, every)])
    await until(async () => (await lab.published()).length === 2, limitMs)
    const kept = async () => (await lab.items()).filter(({ state }) => state === 'quarantined')
    assert.deepEqual(
      (await kept()).map(({ fault }) => JSON.parse(fault ?? '').code),
      wrong.map(() => 'BUS_ITEM_INVALID')
    )
    outsideOf(name).items.push(...wrong, itemOf('more'))
    await until(async () => (await lab.published()).length === 3, limitMs)
    assert.equal((await kept()).length, wrong.length, 'the same one again is the same item')
    assert.equal(lab.statusOf(host, name)?.state, 'running')
  })

  it('that is not as the port says is quarantined, polled or received, and the others go on', async (t) => {
    const lab = await openHostLab(t, onOneMachine)
    const name = newInstanceName()
    const { event } = itemOf('x')
    const circular: Record<string, unknown> = {}
    circular.self = circular
    const answer = { sender: '/agencies/x', subject: 's', state: 'accepted', code: '02' }
    const members: readonly object[] = [
      { settles: { event: undefined, as: 'done' } },
      { settles: { event: 'a\0', as: 'done' } },
      { settles: null },
      { event: null },
      { event: { ...event, data: { ...event.data, number: 5n } } },
      { event: { ...event, data: circular } },
      { event, answers: { ...answer, code: { a: 1 } } },
      { event, answers: { ...answer, reason: 'a\0b' } },
      { event, settles: { event: 'a'.repeat(64), as: 'maybe' } },
      { fault: new TypeError('not of the bus') }
    ]
    const wrong = members.map((one, index) => ({ reference: `wrong ${index}`, ...one }) as never)
    outsideOf(name).items.push(itemOf('first'), ...wrong, itemOf('last'))
    const host = await lab.start([lab.instance(name, every)])
    await until(async () => (await lab.published()).length === 2, limitMs)
    const kept = (await lab.items()).filter(({ state }) => state === 'quarantined')
    assert.deepEqual(
      kept.map(({ fault }) => JSON.parse(fault ?? '{}').code),
      wrong.map(() => 'BUS_ITEM_INVALID')
    )
    assert.equal(lab.statusOf(host, name)?.state, 'running')
    const receiver = await lab.receiver([lab.instance(name)])
    const sent = [{ reference: 'received', event: null }, itemOf('good')]
    const request = new Request('http://x/', { method: 'POST', body: JSON.stringify(sent) })
    assert.deepEqual(await (await receiver.receive(name, request)).json(), ['BUS_ITEM_INVALID', 'stored'])
  })

  it('that is quarantined and given again is quarantined once, and the outside is told again', async (t) => {
    const lab = await openHostLab(t, onOneMachine)
    const name = newInstanceName()
    const outside = outsideOf(name)
    const fault = new BusError('BUS_ITEM_INVALID', 'report-unmatched', { values: { hash: 'x' } })
    const reports = () =>
      outside.acknowledged.map(({ reference, quarantined }) => [reference, quarantined?.code])
    await lab.start([lab.instance(name, every)])
    for (const times of [1, 2, 3]) {
      outside.items.push({ reference: 'bad', fault })
      await until(() => reports().length === times, limitMs)
    }
    assert.deepEqual(
      reports(),
      [1, 2, 3].map(() => ['bad', 'BUS_ITEM_INVALID'])
    )
    assert.deepEqual(
      (await lab.items()).map(({ state }) => state),
      ['quarantined']
    )
  })

  it('given again after a reset to an older cursor becomes no second event', async (t) => {
    const lab = await openHostLab(t, onOneMachine)
    const name = newInstanceName()
    const outside = outsideOf(name)
    outside.items.push(itemOf('1'), itemOf('2'), itemOf('3'))
    await lab.start([lab.instance(name, every)])
    await until(async () => (await lab.published()).length === 3, limitMs)
    const polls = outside.cursors.length
    await lab.act('reset', name, { cursor: '1' })
    await until(() => outside.cursors.slice(polls).includes('1'), limitMs)
    outside.items.push(itemOf('4'))
    await until(async () => (await lab.published()).length >= 4, limitMs)
    const subjects = (await lab.published()).map(({ subject }) => subject)
    assert.deepEqual(subjects, ['1', '2', '3', '4'])
  })

  it('whose report is retried is not published a second time', async (t) => {
    const lab = await openHostLab(t, onOneMachine)
    const name = newInstanceName()
    const item = { ...itemOf('1'), settles: unknownReport }
    outsideOf(name).items.push(item)
    const first = await lab.start([lab.instance(name, every)])
    await until(async () => (await lab.published()).length === 1, limitMs)
    await first.close()
    await lab.core.store.transaction(async (transaction) => {
      const dayAgo = { storedAt: Date.now() - 90_000_000, dueAt: 0 }
      await transaction.tables<ConnectorTables>().updateTable('connectorItems').set(dayAgo).execute()
    })
    const host = await lab.start([lab.instance(name, every)])
    await until(async () => (await lab.items()).some(({ state }) => state === 'quarantined'), limitMs)
    const row = (await lab.items()).find(({ state }) => state === 'quarantined')
    const instance = host.find(name)?.opened()?.instance
    assert.ok(row && instance)
    await retryItem(instance, lab.core.store, row.number)
    assert.deepEqual(
      (await lab.items()).filter(({ state }) => state === 'to-settle').map(({ number }) => number),
      [row.number]
    )
    outsideOf(name).items.push(item, itemOf('2'))
    await until(async () => (await lab.published()).length >= 2, limitMs)
    assert.deepEqual(
      (await lab.published()).map(({ subject }) => subject),
      ['1', '2']
    )
  })

  it('keeps its answer and has its report tried, although its event is rejected when it is received', async (t) => {
    const lab = await openHostLab(t, onOneMachine)
    const name = newInstanceName()
    const receiver = await lab.receiver([lab.instance(name)])
    const answers = { sender: '/agencies/x', subject: 's', state: 'accepted', code: '02' } as const
    const item = { ...itemOf('1', { recipients: ['000.00.99.H99'] }), answers, settles: unknownReport }
    const request = new Request('http://x/', { method: 'POST', body: JSON.stringify([item]) })
    assert.deepEqual(await (await receiver.receive(name, request)).json(), ['BUS_NOT_PERMITTED'])
    const rows = await lab.core.store
      .reader<ConnectorTables>()
      .selectFrom('connectorItems')
      .select(['state', 'answers', 'settles'])
      .orderBy('number')
      .execute()
    assert.deepEqual(
      rows.map((row) => ({ ...row })),
      [
        { state: 'quarantined', answers: JSON.stringify(answers), settles: null },
        { state: 'to-settle', answers: null, settles: JSON.stringify(unknownReport) }
      ]
    )
  })

  it('that is retried leaves its marks, but those that are newer', async (t) => {
    const lab = await openHostLab(t, onOneMachine)
    const name = newInstanceName()
    const host = await lab.start([lab.instance(name, every)])
    await until(() => host.find(name)?.opened() !== undefined, limitMs)
    const receiver = await lab.receiver([lab.instance(name)])
    const call = async (items: readonly object[]) =>
      (
        await receiver.receive(
          name,
          new Request('http://x/', { method: 'POST', body: JSON.stringify(items) })
        )
      ).json()
    await call([{ ...itemOf('1', toNobody), marks: { own: '1', shared: '1' } }])
    await call([{ ...itemOf('2'), marks: { shared: '2' } }])
    const row = (await lab.items()).find(({ state }) => state === 'quarantined')
    const instance = host.find(name)?.opened()?.instance
    assert.ok(row && instance)
    await retryItem(instance, lab.core.store, row.number)
    const mark = (key: string) => createMarkReader(lab.core.store, name)(key)
    assert.deepEqual([await mark('own'), await mark('shared')], ['1', '2'])
  })

  it('that cannot be read again stays quarantined if it may not have been polled; only a poll gives one again', async (t) => {
    const lab = await openHostLab(t, onOneMachine)
    const { store } = lab.core
    const name = newInstanceName()
    const fault = new BusError('BUS_ITEM_INVALID', 'report-unmatched', { values: { hash: 'x' } })
    const raw = Buffer.from(JSON.stringify(itemOf('1')))
    outsideOf(name).items.push({ reference: '1', fault, raw }, { reference: '2', fault, raw })
    const host = await lab.start([lab.instance(name, every)])
    await until(async () => (await lab.items()).length === 2, limitMs)
    const instance = host.find(name)?.opened()?.instance
    const [first, second] = await lab.items()
    assert.ok(instance && first && second)
    const { parse: _, ...definition } = instance.definition
    const receiving = { ...instance, definition }
    await assert.rejects(retryItem(receiving, store, first.number), { fault: 'item-not-kept' })
    const { inbound: _inbound, receive: _receive, ...sending } = definition
    const left = { ...instance, definition: sending } // A delivery left the item behind.
    await assert.rejects(retryItem(left, store, first.number), { fault: 'item-not-kept' })
    assert.equal((await lab.items()).length, 2)
    const passing = { ...instance, definition: { ...definition, parse: async () => undefined } }
    await retryItem(passing, store, first.number)
    const { receive: __, ...polling } = definition
    await retryItem({ ...instance, definition: polling }, store, second.number)
    assert.deepEqual(await lab.items(), [])
  })

  it('of which the outside cannot be told keeps neither the poll nor the other items waiting', async (t) => {
    const lab = await openHostLab(t, onOneMachine)
    const name = newInstanceName()
    const outside = outsideOf(name)
    outside.onAcknowledge = ({ reference }) => {
      if (reference === 'bad') throw faults.timeout({ values: { host: 'h', timeoutMs: 1 } })
    }
    outside.items.push(itemOf('bad'), itemOf('good'))
    const host = await lab.start([lab.instance(name, every)])
    await until(() => outside.acknowledged.length === 1, limitMs)
    outside.items.push(itemOf('later'))
    await until(() => outside.acknowledged.length === 2, limitMs)
    assert.equal(lab.statusOf(host, name)?.state, 'running')
  })

  it('is not told to the outside after the instance was paused', async (t) => {
    const lab = await openHostLab(t, onOneMachine)
    const name = newInstanceName()
    const outside = outsideOf(name)
    outside.items.push(...Array.from({ length: 300 }, (_, index) => itemOf(`${index}`)))
    let granted = true
    let calls = 0
    outside.onAcknowledge = () => {
      calls += 1
      granted = false
    }
    const host = await lab.start([lab.instance(name, every)])
    await until(() => host.find(name)?.opened() !== undefined, limitMs)
    const instance = host.find(name)?.opened()?.instance
    assert.ok(instance)
    t.mock.method(instance.authorization, 'isGranted', () => granted)
    t.mock.method(instance.authorization, 'granted', () => pause(50))
    await until(() => calls > 0, limitMs)
    await until(() => calls > 8, 500).catch(() => {})
    assert.ok(calls <= 8, `${calls} calls: those that ran already may end, no other begins`)
    granted = true
    outside.onAcknowledge = () => {}
  })

  it('that is bad and given again does not count again', async (t) => {
    const lab = await openHostLab(t, onOneMachine)
    const name = newInstanceName()
    const outside = outsideOf(name)
    const bad = Array.from({ length: 60 }, (_, index) => ({
      reference: `bad-${index}`,
      fault: new BusError('BUS_ITEM_INVALID', 'report-unmatched', { values: { hash: 'x' } })
    }))
    outside.items.push(...bad, ...bad, itemOf('good'))
    outside.pageSize = 60
    await lab.start([lab.instance(name, every)])
    await until(async () => (await lab.published()).length === 1, limitMs)
  })

  it('is waited for without load, however long the interval is', async (t) => {
    const lab = await openHostLab(t, onOneMachine)
    const name = newInstanceName()
    const warnings: string[] = []
    const warn = ({ name: what }: Error): void => void warnings.push(what)
    process.on('warning', warn)
    t.after(() => process.off('warning', warn))
    const host = await lab.start([lab.instance(name, { every: '999999h' })])
    await until(() => lab.statusOf(host, name)?.state === 'running', limitMs)
    await until(() => warnings.length > 0, 300).catch(() => {})
    assert.deepEqual(
      warnings.filter((what) => what === 'TimeoutOverflowWarning'),
      []
    )
  })
})
