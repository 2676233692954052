import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { ConnectorTables } from '#connectors/host/connector-tables.ts'
import { onOneMachine } from '#tests/helpers/engine-sets.ts'
import { draftOf, itemOf, newInstanceName, openHostLab, outsideOf, until } from '#tests/helpers/host-lab.ts'
import { codes, exampleDocument, systemOf } from '#tests/helpers/test-bus.ts'

const limitMs = 20_000

describe('an answer of an item', () => {
  it('waits until the delivery that it answers is known, and is quarantined if it never is', async (t) => {
    const lab = await openHostLab(t, onOneMachine)
    const [asking, answering] = [newInstanceName(), newInstanceName()]
    const data = { ...exampleDocument, documentId: 's', from: { organId: codes.B, organName: 'Sở mẫu' } }
    outsideOf(asking).items.push({ reference: 's', event: draftOf('s', { recipients: [codes.A], data }) })
    const asked = await lab.start([
      lab.instance(asking, { system: systemOf('B'), keyFile: lab.keyFileOf('B'), every: '20ms' })
    ])
    const archived = () => lab.core.archive.ofSubjects(codes.B, ['s'])
    await until(async () => (await archived()).length === 1, limitMs)
    await asked.close()
    const event = (await archived())[0]?.number ?? 0
    const answer = { sender: codes.B, state: 'accepted', code: '02' } as const
    outsideOf(answering).items.push(
      { ...itemOf('1'), answers: { ...answer, subject: 's' } },
      { ...itemOf('2'), answers: { ...answer, subject: 'unknown' } }
    )
    const first = await lab.start([lab.instance(answering)])
    await until(async () => (await lab.published()).length === 2, limitMs)
    const own = async () => (await lab.items()).filter(({ instance }) => instance === answering)
    const states = async () => (await own()).map(({ reference, state }) => `${reference} ${state}`)
    await until(async () => (await states()).join() === '1 to-settle,2 to-settle', limitMs)
    await first.close()

    await lab.parts.recipientStatuses.markDelivered({ agency: codes.A, system: systemOf('A') }, [event])
    await lab.core.store.transaction(async (transaction) => {
      const dayAgo = { storedAt: Date.now() - 90_000_000, dueAt: 0 }
      await transaction.tables<ConnectorTables>().updateTable('connectorItems').set(dayAgo).execute()
    })
    await lab.start([lab.instance(answering)])
    await until(async () => (await states()).join() === '2 quarantined', limitMs)
    const [status] = await lab.parts.recipientStatuses.ofEvent(event)
    assert.equal(status?.state, 'accepted')
    assert.match((await own())[0]?.fault ?? '', /no such event is known to be delivered/)
  })

  it('is recorded with the others of its batch; the first answer to an event is final', async (t) => {
    const lab = await openHostLab(t, onOneMachine)
    const [asking, answering] = [newInstanceName(), newInstanceName()]
    const subjects = ['r', 's']
    for (const subject of subjects) {
      const data = {
        ...exampleDocument,
        documentId: subject,
        from: { organId: codes.B, organName: 'Sở mẫu' }
      }
      const event = draftOf(subject, { recipients: [codes.A], data })
      outsideOf(asking).items.push({ reference: subject, event })
    }
    await lab.start([
      lab.instance(asking, { system: systemOf('B'), keyFile: lab.keyFileOf('B'), every: '20ms' })
    ])
    await until(async () => (await lab.core.archive.ofSubjects(codes.B, subjects)).length === 2, limitMs)
    const events = (await lab.core.archive.ofSubjects(codes.B, subjects)).map(({ number }) => number)
    const { recipientStatuses } = lab.parts
    await recipientStatuses.markDelivered({ agency: codes.A, system: systemOf('A') }, events)
    const answer = (subject: string, state: 'accepted' | 'rejected') => {
      return { answers: { sender: codes.B, subject, state, code: state } }
    }
    outsideOf(answering).items.push(
      { ...itemOf('1'), ...answer('r', 'accepted') },
      { ...itemOf('2'), ...answer('r', 'rejected') },
      { ...itemOf('3'), ...answer('s', 'rejected') }
    )
    await lab.start([lab.instance(answering)])
    const states = async () => (await recipientStatuses.ofEvents(events)).map(({ state }) => state)
    await until(async () => (await states()).join() === 'accepted,rejected', limitMs)
    await until(async () => (await lab.items()).length === 0, limitMs)
  })

  it('that waits, and a report that does, are no matter of the outside once it knows that the event was published', async (t) => {
    const lab = await openHostLab(t, onOneMachine)
    const name = newInstanceName()
    const { items, acknowledged } = outsideOf(name)
    const settles = { event: 'f'.repeat(64), as: 'done' } as const
    const answers = { sender: codes.B, subject: 'unknown', state: 'accepted', code: '02' } as const
    items.push(
      { ...itemOf('answer'), answers },
      { ...itemOf('with'), settles },
      { reference: 'alone', settles }
    )
    const first = await lab.start([lab.instance(name)])
    await until(() => acknowledged.length === 2, limitMs)
    const states = async () => (await lab.items()).map(({ reference, state }) => `${reference} ${state}`)
    await until(async () => (await states()).every((one) => one.endsWith('to-settle')), limitMs)
    const io = first.find(name)?.opened()?.instance.io(new AbortController().signal)
    assert.deepEqual(await io?.unacknowledged(), ['alone'])
    await first.close()
    await lab.core.store.transaction(async (transaction) => {
      const dayAgo = { storedAt: Date.now() - 90_000_000, dueAt: 0 }
      await transaction.tables<ConnectorTables>().updateTable('connectorItems').set(dayAgo).execute()
    })
    await lab.start([lab.instance(name)])
    await until(async () => (await states()).every((one) => one.endsWith('quarantined')), limitMs)
    await until(() => acknowledged.length >= 3, limitMs)
    const results = acknowledged.map(({ reference, quarantined }) => [reference, quarantined?.code])
    assert.deepEqual(results.sort(), [
      ['alone', 'BUS_ITEM_INVALID'],
      ['answer', undefined],
      ['with', undefined]
    ])
    assert.equal((await lab.items()).length, 3)
  })
})
