import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { it, type TestContext } from 'node:test'
import { temporaryFolder } from '../helpers/temporary-folder.ts'
import { codes, exampleDocument, startTestBus, systemOf } from '../helpers/test-bus.ts'
import { until } from '../helpers/until.ts'

interface Listed {
  readonly items: readonly { readonly event: string; readonly state: string; readonly attempts: number }[]
}

interface Read {
  readonly deliveries: readonly {
    readonly agency: string
    readonly state: string
    readonly connectors?: readonly {
      readonly state: string
      readonly lastError?: { readonly code: string }
    }[]
  }[]
}

/** An outside that answers with a status that the test sets. */
async function startOutside(t: TestContext) {
  const outside = { status: 422, got: [] as string[], url: '' }
  const server = createServer(async (request, response) => {
    let body = ''
    for await (const chunk of request) body += chunk
    if (outside.status === 200) outside.got.push((JSON.parse(body) as { subject: string }).subject)
    response.writeHead(outside.status, { 'content-type': 'application/json' }).end('{}')
  })
  t.after(() => void server.close())
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  outside.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return outside
}

it('a delivery that the outside refuses holds its line; sender, recipient and operator see it and may mend it', async (t) => {
  const outside = await startOutside(t)
  const folder = temporaryFolder(t)
  const request = {
    type: 'document.issued.v1',
    path: '/documents',
    body: '{ "subject": subject }',
    sample: exampleDocument
  }
  const bus = await startTestBus(t, {
    folder,
    connectors: [
      {
        name: 'registry-b',
        kind: 'rest',
        system: systemOf('B'),
        keyFile: join(folder, 'keys', 'B.jwk'),
        settings: {
          baseUrl: outside.url,
          allowPlainHttp: true,
          allowPrivateAddresses: true,
          deliver: { requests: [request] }
        }
      }
    ]
  })
  const { A, B, C } = bus.clients
  const subject = `${codes.A},2026/11/24,1/SMA-VP`
  const [first, second] = await A.publish(bus.document({ subject }), bus.document({ subject }))
  const open = async () => (await B.get<Listed>('/v1/deliveries')).items
  await until(async () => (await open()).map(({ state }) => state).join() === 'dead,waiting', 15_000)

  const read = await A.get<Read>(`/v1/events/${first?.hash}`)
  const [delivery] = read.deliveries
  assert.equal(delivery?.state, 'pending')
  assert.equal(delivery?.connectors?.[0]?.lastError?.code, 'BUS_PEER_REFUSED')
  const sent = await A.get<Listed>(`/v1/deliveries?sender=${codes.A}&state=dead`)
  assert.deepEqual(
    sent.items.map(({ event }) => event),
    [first?.hash]
  )
  assert.deepEqual((await C.get<Listed>('/v1/deliveries')).items, [])
  await assert.rejects(C.get(`/v1/deliveries?recipient=${codes.B}`), { code: 'BUS_NOT_PERMITTED' })
  await assert.rejects(C.get(`/v1/deliveries/registry-b/${first?.hash}`), { code: 'BUS_NOT_FOUND' })
  const shown = await B.get<{ waitsFor: string }>(`/v1/deliveries/registry-b/${second?.hash}`)
  assert.equal(shown.waitsFor, first?.hash)

  const name = { connector: 'registry-b', event: first?.hash }
  for (const body of [
    { act: 'skip', deliveries: [name] },
    { act: 'release', as: 'done', deliveries: [name] },
    { act: 'settle', deliveries: [name] },
    { act: 'release' },
    { act: 'release', filter: {}, deliveries: [name] },
    { act: 'release', filter: {} },
    { act: 'release', dryRun: true, deliveries: [name] }
  ]) {
    await assert.rejects(B.act('/v1/deliveries', body), { code: 'BUS_ACT_INVALID' })
  }
  await assert.rejects(A.act('/v1/deliveries', { act: 'release', deliveries: [name] }), {
    code: 'BUS_NOT_FOUND'
  })
  await assert.rejects(B.act('/v1/deliveries', { act: 'settle', as: 'done', deliveries: [name] }), {
    code: 'BUS_ACT_CONFLICT'
  })

  outside.status = 200
  const filter = { connector: 'registry-b', state: 'dead' }
  const counted = await bus.operator.act('/v1/deliveries', { act: 'release', filter, dryRun: true })
  assert.deepEqual(counted, { count: 1 })
  const stale = { act: 'release', filter, count: 2 }
  await assert.rejects(bus.operator.act('/v1/deliveries', stale), { code: 'BUS_ACT_CONFLICT' })
  assert.deepEqual(await bus.operator.act('/v1/deliveries', { act: 'release', filter, count: 1 }), {
    count: 1
  })
  await until(async () => (await open()).length === 0, 15_000)
  assert.deepEqual(outside.got, [subject, subject])
  assert.equal((await A.get<Read>(`/v1/events/${first?.hash}`)).deliveries[0]?.state, 'delivered')
})
