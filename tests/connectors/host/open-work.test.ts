import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { ConnectorTables } from '#connectors/host/connector-tables.ts'
import { BusError } from '#protocol/errors/bus-error.ts'
import { onOneMachine } from '#tests/helpers/engine-sets.ts'
import { itemOf, newInstanceName, openHostLab, outsideOf, until } from '#tests/helpers/host-lab.ts'
import { codes, systemOf } from '#tests/helpers/test-bus.ts'

const limitMs = 20_000
const fault = new BusError('BUS_ITEM_INVALID', 'report-unmatched', { values: { hash: 'x' } })

describe('open work of an instance', () => {
  it('is what is quarantined, too, until its content is no longer kept; another agency never sees that', async (t) => {
    const lab = await openHostLab(t, onOneMachine)
    const name = newInstanceName()
    outsideOf(name).items.push({ reference: 'bad', fault, raw: Buffer.from('x') })
    const first = await lab.start([lab.instance(name)])
    await until(() => outsideOf(name).acknowledged.length === 1, limitMs)
    await first.close()
    const ofB = { system: systemOf('B'), keyFile: lab.keyFileOf('B') }
    const refused = await lab.start([lab.instance(name, ofB)])
    await until(() => lab.statusOf(refused, name)?.state === 'misconfigured', limitMs)
    assert.match(lab.statusOf(refused, name)?.reason ?? '', /while 1 of its items and deliveries are open/)
    await refused.close()
    await lab.core.store.transaction(async (transaction) => {
      const content = { event: null, answers: null, raw: null }
      await transaction.tables<ConnectorTables>().updateTable('connectorItems').set(content).execute()
    })
    const changed = await lab.start([lab.instance(name, ofB)])
    await until(() => lab.statusOf(changed, name)?.state === 'running', limitMs)
    assert.deepEqual(await lab.items(), [])
  })

  it('under a former name is told if the new name was begun without it', async (t) => {
    const lab = await openHostLab(t, onOneMachine)
    const [former, name] = [newInstanceName(), newInstanceName()]
    const receiver = await lab.receiver([lab.instance(former)])
    const body = JSON.stringify([itemOf('1')])
    await receiver.receive(former, new Request('http://x/', { method: 'POST', body }))
    const first = await lab.start([lab.instance(name)])
    await until(() => lab.statusOf(first, former)?.state === 'misconfigured', limitMs)
    assert.match(lab.statusOf(first, former)?.reason ?? '', /^removed from the settings while 1 /)
    first.reload(await lab.check([lab.instance(name, { formerNames: [former] })]))
    const reported = new RegExp(`^${name} has this name in formerNames and was begun without it, while 1 `)
    await until(() => reported.test(lab.statusOf(first, former)?.reason ?? ''), limitMs)
    first.reload(await lab.check([lab.instance(name), lab.instance(former)]))
    await until(async () => (await lab.published()).length === 1, limitMs)
  })

  it('does not keep an instance from delivering for another agency: it begins anew in the inbox of that one', async (t) => {
    const lab = await openHostLab(t, onOneMachine)
    const [from, name] = [newInstanceName(), newInstanceName()]
    const sinkOf = (letter: 'B' | 'C') => {
      const own = { system: systemOf(letter), keyFile: lab.keyFileOf(letter) }
      return lab.instance(name, { kind: 'sink', start: 'beginning', ...own })
    }
    const { delivered } = outsideOf(name)
    const sent = (subject: string, to: string) =>
      void outsideOf(from).items.push(itemOf(subject, { recipients: [to] }))
    for (const subject of ['b1', 'b2', 'b3']) sent(subject, codes.B)
    sent('before', codes.C)
    const host = await lab.start([lab.instance(from), sinkOf('B')])
    await until(() => delivered.length === 3, limitMs)
    await until(async () => (await lab.core.inbox.entriesAfter(codes.C, 0, 10)).items.length === 1, limitMs)
    host.reload(await lab.check([lab.instance(from), sinkOf('C')]))
    sent('after', codes.C)
    await until(() => delivered.length === 4, limitMs)
    assert.equal(delivered[3]?.subject, 'after')
  })
})
