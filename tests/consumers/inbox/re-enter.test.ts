import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { BusEvent } from '#bus/events/event.ts'
import { codes, startTestBus, type TestBus } from '#tests/helpers/test-bus.ts'

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
  await bus.operator.act('/v1/agreements', { act: name, thing: agreement, previous: last })
}

describe('entries withheld while an agreement is suspended', () => {
  it('come again at the end when it resumes, once, for a reader that has passed them; what was handed over does not', async (t) => {
    const bus = await startTestBus(t)
    await bus.clients.A.publish(dossier(bus, 'given'))
    const first = await bus.clients.B.page({ waitSeconds: 5 })
    let { next } = await bus.clients.B.page({ after: first.next }) // Tells that the first was handed over.
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
