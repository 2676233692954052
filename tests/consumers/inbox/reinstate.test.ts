import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { BusEvent } from '#protocol/events/event.ts'
import { openInbox } from '../../helpers/open-inbox.ts'
import { codes, startTestBus, type TestBus } from '../../helpers/test-bus.ts'

const agreement = '/agreements/a-b-dossiers'

function dossier(bus: TestBus, dossierCode: string): BusEvent {
  return bus.document({
    type: 'dossier.received.v1',
    subject: dossierCode,
    recipients: codes.B,
    data: {
      dossierCode,
      procedureCode: '1',
      procedureName: 'x',
      fieldCode: 'x',
      fieldName: 'x',
      channel: '1',
      summary: 'x',
      receivedAt: '2026-11-24T00:00:00.000Z',
      dueAt: '2026-11-25T00:00:00.000Z',
      unit: 'x',
      attachments: []
    }
  })
}

async function act(bus: TestBus, name: string): Promise<void> {
  const { last } = await bus.operator.get<{ last: string }>(`/v1${agreement}`)
  await bus.operator.act('/v1/agreements', { act: name, resource: agreement, previous: last })
}

describe('entries withheld while an agreement is suspended', () => {
  it('come again at the end when it resumes, once, for a reader that has passed them; what was delivered does not', async (t) => {
    const bus = await startTestBus(t)
    await bus.clients.A.publish(dossier(bus, 'given'))
    const first = await bus.clients.B.page({ waitSeconds: 5 })
    let { next } = await bus.clients.B.page({ after: first.next }) // Tells that the first was delivered.
    await bus.clients.A.publish(dossier(bus, 'withheld'))
    await bus.clients.A.publish(bus.document({ subject: 'document' }))
    await act(bus, 'agreement.suspended')
    const subjects: string[] = []
    const read = async (): Promise<void> => {
      const page = await bus.clients.B.page({ after: next, waitSeconds: 1 })
      subjects.push(...page.events.map(({ event }) => event.subject))
      next = page.next
    }
    await read()
    await read()
    assert.deepEqual(subjects, ['document'])
    await act(bus, 'agreement.resumed')
    await read()
    assert.deepEqual(subjects, ['document', 'withheld'])
    await act(bus, 'agreement.suspended')
    await act(bus, 'agreement.resumed')
    await read()
    await read()
    assert.deepEqual(
      subjects.filter((subject) => subject === 'given'),
      []
    )
  })

  it('come again after a restart too, and not twice', async (t) => {
    const bus = await startTestBus(t)
    await bus.clients.A.publish(dossier(bus, 'withheld'))
    await act(bus, 'agreement.suspended')
    await act(bus, 'agreement.resumed')
    await bus.bus.close()
    const again = await startTestBus(t, { folder: bus.folder, port: Number(new URL(bus.url).port) })
    const { events } = await again.clients.B.page({ waitSeconds: 5 })
    assert.deepEqual(
      events.map(({ event }) => event.subject),
      ['withheld']
    )
  })
})

describe('entering again', () => {
  it('comes before whatever is entered after the resumption, however much was withheld', async (t) => {
    const { enterSome, page, reinstate, suspend, resume } = await openInbox(t)
    const withheld = Array.from({ length: 1200 }, (_, index) => `${index}`)
    await enterSome(withheld)
    suspend()
    resume()
    await Promise.all([reinstate(), enterSome(['later'])])
    const subjects: string[] = []
    for (let next: string | undefined; ; ) {
      const found = await page(next)
      if (found.items.length === 0) break
      subjects.push(...found.items.map(({ event }) => event.subject))
      next = found.next
    }
    assert.deepEqual(subjects, [...withheld, 'later'])
  })

  it('loses nothing to a reader that confirms a page given during the suspension before it happens', async (t) => {
    const { enterSome, page, reinstate, suspend, resume } = await openInbox(t)
    await enterSome(['withheld'])
    suspend()
    const during = await page()
    assert.deepEqual(during.items, [])
    resume()
    await page(during.next)
    await reinstate()
    const after = await page(during.next)
    assert.deepEqual(
      after.items.map(({ event }) => event.subject),
      ['withheld']
    )
  })
})
