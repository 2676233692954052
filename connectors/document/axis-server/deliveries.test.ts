import assert from 'node:assert/strict'
import { before, describe, it } from 'node:test'
import { newEvent } from '#client/new-event.ts'
import type { BusEvent } from '#protocol/events/event.ts'
import { afterSuite } from '#tests/helpers/servers/cleanup.ts'
import { codes, systemOf } from '#tests/helpers/test-bus.ts'
import { until } from '#tests/helpers/until.ts'
import { documentOfB, instance, openAxisOfB } from '../fixtures/opened-axis-server.ts'

interface Shown {
  readonly state: string
  readonly attempts: number
  readonly lastError?: { readonly code: string; readonly detail: string }
}

/** A's answer to a document of B. */
function statusOf(subject: string): BusEvent {
  const [, , code = ''] = subject.split(',')
  const data = {
    from: { organId: codes.A, organName: 'Sở mẫu A' },
    responseFor: { organId: codes.B, code, documentId: subject },
    statusCode: '03',
    at: '2026-11-26T08:00:00.000Z'
  }
  return newEvent(systemOf('A'), {
    ...{ type: 'document.status-changed.v1', subject, recipients: [codes.B] },
    data
  })
}

describe('what a document system sends to its axis and collects there', () => {
  const suite = afterSuite()
  let axis: Awaited<ReturnType<typeof openAxisOfB>>
  before(async () => {
    axis = await openAxisOfB(suite)
  })
  const deliveryOf = async (hash: string) => {
    const path = `/v1/deliveries/${instance}/${hash}`
    return axis.bus.operator.get<Shown>(path)
  }

  it('is one event, however many requests bring the same package at the same time', async () => {
    const { client, eventsOf } = axis
    const { file, subject } = documentOfB()
    const answers = await Promise.all(Array.from({ length: 24 }, () => client().send(file, codes.B)))
    assert.deepEqual(new Set(answers.map(({ status }) => status)), new Set(['OK']))
    assert.equal(new Set(answers.map(({ DocId }) => DocId)).size, 1)
    const { file: other, subject: after } = documentOfB()
    await client().send(other, codes.B)
    await until(async () => (await eventsOf(after)).length > 0, 10_000)
    assert.deepEqual(
      (await eventsOf(subject)).map(({ type }) => type),
      ['document.issued.v1']
    )
  })

  it('is issued once where two versions of a document come at the same time: the others are updates', async () => {
    const { client, eventsOf } = axis
    const { file, subject } = documentOfB()
    const versions = ['Một', 'Hai', 'Ba', 'Bốn'].map((word) =>
      Buffer.from(file.toString().replace(/(<e:Subject>)[^<]*/, `$1${word}`))
    )
    const answers = await Promise.all(versions.map((version) => client().send(version, codes.B)))
    assert.equal(new Set(answers.map(({ DocId }) => DocId)).size, versions.length)
    await until(async () => (await eventsOf(subject)).length === versions.length, 15_000)
    const types = (await eventsOf(subject)).map(({ type }) => type)
    assert.deepEqual(types, ['document.issued.v1', ...Array(3).fill('document.updated.v1')])
  })

  it('is in the list of what was sent, with a status for each recipient', async () => {
    const { client, bus } = axis
    const { file, subject } = documentOfB()
    const { DocId } = await client().send(file, codes.B)
    const sentEntry = async () => {
      const { data } = await client().call('getSentEdocList', { servicetype: 'eDoc', messagetype: 'edoc' })
      return (data as readonly Record<string, string>[]).find(({ senderDocId }) => senderDocId === DocId)
    }
    const { fromCode, toCode, notation, title, sendStatus, messageType } = (await sentEntry()) ?? {}
    assert.deepEqual(
      { fromCode, toCode, notation, title, sendStatus, messageType },
      {
        ...{ fromCode: codes.B, toCode: codes.A, notation: subject.split(',')[2] },
        ...{ title: 'V/v thử', sendStatus: 'initial', messageType: 'edoc' }
      }
    )
    await until(async () => {
      for (let after: string | undefined; ; ) {
        const { next, events } = await bus.clients.A.page({ limit: 500, ...(after ? { after } : {}) })
        if (events.length === 0) break
        after = next
      }
      return (await sentEntry())?.sendStatus === 'done'
    }, 15_000)
    const { data } = await client().call('getSentEdocList', { servicetype: 'eDoc', messagetype: 'status' })
    assert.deepEqual(data, [])
  })

  it('is shown to the operator where it is fetched and never confirmed, until it is', async () => {
    const { client, bus, waitingIds } = axis
    await bus.clients.A.publish(bus.document())
    await until(async () => (await waitingIds()).length > 0, 10_000)
    const [docId = ''] = await waitingIds()
    assert.equal((await client().get(docId)).status, 'OK')
    const silent = await deliveryOf(docId)
    assert.deepEqual([silent.state, silent.attempts], ['waiting', 0])
    assert.match(silent.lastError?.detail ?? '', /chưa xác nhận/)
    assert.ok((await waitingIds()).includes(docId))
    await client().update(docId, 'done')
    const done = await deliveryOf(docId)
    assert.deepEqual([done.state, done.lastError], ['delivered', undefined])
  })

  it('is shown to the operator where the document system cannot take it, and listed again later', async () => {
    const { client, bus, waitingIds } = axis
    await bus.clients.A.publish(bus.document())
    await until(async () => (await waitingIds()).length > 0, 10_000)
    const [docId = ''] = await waitingIds()
    assert.equal((await client().update(docId, 'fail')).status, 'OK')
    assert.deepEqual(await waitingIds(), [])
    const failed = await deliveryOf(docId)
    assert.deepEqual([failed.state, failed.attempts], ['waiting', 1])
    assert.equal(failed.lastError?.code, 'BUS_PEER_FAILED')
    assert.equal((await client().get(docId)).status, 'OK', 'it may be fetched before it is listed again')
    await until(async () => (await waitingIds()).includes(docId), 10_000)
    await client().update(docId, 'done')
    assert.deepEqual(await waitingIds(), [])
  })

  it('is listed whole, however much waits: what came last, and a status behind 1,200 documents', async () => {
    const { bus, client, list } = axis
    const documents = Array.from({ length: 1200 }, () => bus.document())
    for (let at = 0; at < documents.length; at += 400) {
      await bus.clients.A.publish(...documents.slice(at, at + 400))
    }
    const { file, subject } = documentOfB()
    await client().send(file, codes.B)
    await until(async () => (await axis.eventsOf(subject)).length > 0, 15_000)
    await bus.clients.A.publish(statusOf(subject))
    await until(async () => (await list('status')).length === 1, 20_000)
    const ids = (await list()).map(({ docId }) => docId)
    assert.equal(new Set(ids).size, documents.length)
  })
})
