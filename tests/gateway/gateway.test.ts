import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { Client } from '#client/client.ts'
import { verifyItem } from '#client/verify-item.ts'
import { codes, startTestBus, systemOf } from '../helpers/test-bus.ts'
import { until } from '../helpers/until.ts'

describe('the gateway', () => {
  it('describes every route and every event type in OpenAPI', async (t) => {
    const { url } = await startTestBus(t)
    const document = (await (await fetch(`${url}/openapi.json`)).json()) as {
      openapi: string
      paths: Record<string, object>
      components: { schemas: Record<string, object>; securitySchemes: object }
    }
    assert.equal(document.openapi, '3.1.1')
    for (const path of [
      '/v1/events',
      '/v1/events/{hash}',
      '/v1/attachments/{sha256}',
      '/v1/inbox',
      '/v1/inbox/acknowledgements',
      '/v1/agencies',
      '/v1/systems',
      '/v1/rights',
      '/v1/agreements',
      '/.well-known/jwks.json'
    ]) {
      assert.ok(document.paths[path], path)
    }
    for (const type of ['document.issued.v1', 'dossier.received.v1', 'account.opened.v1', 'act.key.added']) {
      assert.ok(document.components.schemas[type], type)
    }
  })

  it('says it is alive and ready, and counts, on the management port only', async (t) => {
    const { url, bus } = await startTestBus(t)
    for (const path of ['/livez', '/readyz', '/metrics']) {
      assert.equal((await fetch(bus.managementUrl + path)).status, 200)
      assert.equal((await fetch(url + path)).status, 404)
    }
    assert.match(await (await fetch(`${bus.managementUrl}/metrics`)).text(), /lienthong_requests_total/)
  })

  it('explains every problem at /problems', async (t) => {
    const { url } = await startTestBus(t)
    assert.match(await (await fetch(`${url}/problems`)).text(), /payload-invalid/)
  })

  it('hands out what was published exactly as it was written, with proofs that verify', async (t) => {
    const { url, clients, document } = await startTestBus(t)
    const event = document({ datacontenttype: 'application/json', myextension: 'Đúng nguyên văn' })
    const [published] = await clients.A.publish(event)
    const { events } = await clients.B.page({ waitSeconds: 5 })
    const [item] = events
    assert.deepEqual(item?.event, event)
    const system = await clients.B.get<{ keys: never[] }>(`/v1/systems${event.source}`)
    const bus = (await (await fetch(`${url}/.well-known/jwks.json`)).json()) as { keys: never[] }
    const keys = { system: system.keys, bus: bus.keys }
    assert.ok(item)
    assert.deepEqual(await verifyItem(item, keys), {
      hash: published?.hash,
      signature: 'good',
      receipt: 'good'
    })
    const changed = { ...item, event: { ...item.event, subject: 'another' } }
    assert.deepEqual(await verifyItem(changed, keys).then(({ signature, receipt }) => [signature, receipt]), [
      'bad',
      'bad'
    ])
  })

  it('proves one event of a batch of 500', async (t) => {
    const { url, clients, document } = await startTestBus(t)
    const batch = Array.from({ length: 500 }, () => document())
    const results = await clients.A.publish(...batch)
    assert.ok(results.every(({ status }) => status === 'accepted'))
    const { events } = await clients.B.page({ limit: 500, waitSeconds: 5 })
    const system = await clients.B.get<{ keys: never[] }>(`/v1/systems${systemOf('A')}`)
    const bus = (await (await fetch(`${url}/.well-known/jwks.json`)).json()) as { keys: never[] }
    const item = events[321]
    assert.ok(item)
    const { signature, receipt } = await verifyItem(item, { system: system.keys, bus: bus.keys })
    assert.deepEqual([signature, receipt], ['good', 'good'])
  })

  it('lets a document be seen by those it names and nobody else, and a dossier through agreements', async (t) => {
    const { clients, document, operator } = await startTestBus(t)
    await clients.A.publish(document({ recipients: codes.B }))
    const dossier = {
      ...document({ type: 'dossier.received.v1', subject: 'x' }),
      data: {
        ...{
          dossierCode: 'x',
          procedureCode: '1',
          procedureName: 'x',
          fieldCode: 'x',
          fieldName: 'x',
          channel: '1'
        },
        ...{
          summary: 'x',
          receivedAt: '2026-11-24T00:00:00.000Z',
          dueAt: '2026-11-25T00:00:00.000Z',
          unit: 'x',
          attachments: []
        }
      }
    }
    const { recipients: _unnamed, ...unnamed } = dossier
    await clients.A.publish(unnamed as never)
    const page = await clients.B.page({ waitSeconds: 5 })
    const rest =
      page.events.length < 2 ? await clients.B.page({ after: page.next, waitSeconds: 5 }) : { events: [] }
    const seen = [...page.events, ...rest.events]
    assert.deepEqual(
      seen.map(({ event, added }) => [event.type, added.agreement]),
      [
        ['document.issued.v1', undefined],
        ['dossier.received.v1', '/agreements/a-b-dossiers']
      ]
    )
    assert.deepEqual((await clients.C.page()).events, [])
    const { last } = await operator.get<{ last: string }>('/v1/agreements/a-b-dossiers')
    await operator.act('/v1/agreements', {
      act: 'agreement.suspended',
      resource: '/agreements/a-b-dossiers',
      previous: last
    })
    assert.deepEqual(
      (await clients.B.page()).events.map(({ event }) => event.type),
      ['document.issued.v1']
    )
  })

  it('lists to an agency its own agreements, also of those with another one', async (t) => {
    const { clients, operator } = await startTestBus(t)
    const terms = { types: ['dossier.received.v1'], purpose: 'x', legalBasis: 'x', previous: null }
    for (const [provider, consumer] of ['AC', 'BC']) {
      const resource = `/agreements/${provider}-${consumer}`.toLowerCase()
      const parties = { provider: codes[provider as 'A'], consumer: codes[consumer as 'C'] }
      await operator.act('/v1/agreements', { act: 'agreement.drafted', resource, ...parties, ...terms })
    }
    const agreementsOf = async (client: Client, query: string): Promise<readonly string[]> => {
      const { items } = await client.get<{ items: { resource: string }[] }>(`/v1/agreements${query}`)
      return items.map(({ resource }) => resource)
    }
    assert.deepEqual(await agreementsOf(clients.A, ''), ['/agreements/a-b-dossiers', '/agreements/a-c'])
    assert.deepEqual(await agreementsOf(clients.A, `?agency=${codes.C}`), ['/agreements/a-c'])
    assert.deepEqual(await agreementsOf(operator, `?agency=${codes.C}`), [
      '/agreements/a-c',
      '/agreements/b-c'
    ])
  })

  it('rewinds by time', async (t) => {
    const { clients, document } = await startTestBus(t)
    const events = [document(), document(), document()]
    for (const event of events) await clients.A.publish(event)
    await until(async () => (await clients.B.page()).events.length === events.length, 5000)
    const whole = await clients.B.page()
    const from = whole.events.at(-1)?.added.recordedtime
    const rewound = await clients.B.page({ from })
    assert.ok(rewound.events.some(({ event }) => event.id === events[2]?.id))
    assert.ok(rewound.events.length <= 3)
  })

  it('wakes a waiting reader as soon as something is there for it', async (t) => {
    const { clients, document } = await startTestBus(t)
    const waiting = clients.B.page({ waitSeconds: 20 })
    await new Promise((resolve) => setTimeout(resolve, 100))
    const began = performance.now()
    await clients.A.publish(document())
    assert.equal((await waiting).events.length, 1)
    assert.ok(performance.now() - began < 1500)
  })

  it('keeps only so much of the inbox on one page as a reader can hold', async (t) => {
    const { clients, document } = await startTestBus(t)
    const large = { content: 'x'.repeat(200_000) }
    for (let sent = 0; sent < 30; sent += 1) await clients.A.publish(document({}, large))
    const lengths = async (): Promise<readonly number[]> => {
      const pages: number[] = []
      let page = await clients.B.page({ limit: 500 })
      while (page.events.length > 0) {
        pages.push(page.events.length)
        page = await clients.B.page({ limit: 500, after: page.next })
      }
      return pages
    }
    await until(async () => (await lengths()).reduce((sum, n) => sum + n, 0) === 30, 10_000)
    assert.ok((await lengths()).every((n) => n < 30))
  })
})
