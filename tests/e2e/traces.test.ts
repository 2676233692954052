import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:net'
import { join } from 'node:path'
import { it, type TestContext } from 'node:test'
import type { Client } from '#client/client.ts'
import { createClient } from '#client/create-client.ts'
import type { InboxItem } from '#client/inbox.ts'
import { fixture } from '#connectors/document/fixtures/fixtures.ts'
import { until } from '../helpers/demo-packages.ts'
import { type ReceivedSpan, startOtlpReceiver } from '../helpers/otlp-receiver.ts'
import { codes, startTestBus, systemOf, type TestBus } from '../helpers/test-bus.ts'

interface Sender {
  readonly client: Client
  readonly traceId: string
  readonly spanId: string
}

/** `A` in the middle of a trace of its own. */
async function senderIn({ url, keys }: TestBus, flags = '01'): Promise<Sender> {
  const traceId = randomBytes(16).toString('hex')
  const spanId = randomBytes(8).toString('hex')
  const client = await createClient({
    gateway: url,
    system: systemOf('A'),
    key: keys.A.privateJwk,
    traceparent: () => `00-${traceId}-${spanId}-${flags}`
  })
  return { client, traceId, spanId }
}

async function itemOf({ clients }: TestBus, id: string): Promise<InboxItem> {
  for await (const item of clients.B.follow({}, AbortSignal.timeout(10_000))) {
    if (item.event.id === id) return item
  }
  return assert.fail('the event is in the inbox')
}

/** Holds a trace to be one chain from the sender's span to its last hop. */
function assertChain(spans: readonly ReceivedSpan[], spanId: string, names: readonly string[]): void {
  let parent = spanId
  for (const name of names) {
    const span = spans.find((one) => one.name === name)
    assert.equal(span?.parentSpanId, parent, `${name} follows the hop before`)
    parent = span?.spanId ?? ''
  }
  assert.equal(spans.length, names.length)
}

it("a trace goes from the sender's traceparent to the recipient's read", async (t) => {
  const collector = await startOtlpReceiver(t)
  const bus = await startTestBus(t, { telemetry: { otlpEndpoint: collector.endpoint } })
  const { client, traceId, spanId } = await senderIn(bus)
  const sent = bus.document({ correlationid: 'hồ sơ 7' })
  await client.publish(sent)
  const { event, added } = await itemOf(bus, sent.id)
  const spans = await collector.trace(traceId, 3)
  assertChain(spans, spanId, [
    'send lienthong.document',
    'process lienthong.document',
    'poll lienthong.document'
  ])
  assert.deepEqual(
    spans.map(({ name, kind, status, service }) => [name.split(' ')[0], kind, status, service]).sort(),
    [
      ['poll', 5, 0, 'lienthong'],
      ['process', 5, 0, 'lienthong'],
      ['send', 4, 0, 'lienthong']
    ]
  )
  const poll = spans.find(({ name }) => name.startsWith('poll'))
  assert.equal(added.traceparent, `00-${traceId}-${poll?.spanId}-01`)
  assert.deepEqual(event, sent)
  assert.deepEqual(spans.find(({ name }) => name.startsWith('send'))?.attributes, {
    'messaging.system.name': 'lienthong',
    'messaging.destination.name': 'lienthong.document',
    'messaging.operation.name': 'send',
    'messaging.operation.type': 'send',
    'messaging.message.conversation_id': 'hồ sơ 7',
    'cloudevents.event_id': sent.id,
    'cloudevents.event_type': sent.type,
    'cloudevents.event_source': sent.source
  })
  assert.ok(!JSON.stringify(spans).includes(sent.subject), 'no subject in a trace')
})

it("a read is a span of its own, linked to each event's trace", async (t) => {
  const collector = await startOtlpReceiver(t)
  const bus = await startTestBus(t, { telemetry: { otlpEndpoint: collector.endpoint, serviceName: 'bus-7' } })
  const senders = [await senderIn(bus), await senderIn(bus)]
  for (const { client } of senders) await client.publish(bus.document())
  const reader = await senderIn(bus)
  const asB = await createClient({
    gateway: bus.url,
    system: systemOf('B'),
    key: bus.keys.B.privateJwk,
    traceparent: () => `00-${reader.traceId}-${reader.spanId}-01`
  })
  while ((await asB.page({ waitSeconds: 10 })).events.length < 2);
  const isWhole = ({ links }: ReceivedSpan): boolean => links.length === 2
  await until(() => collector.spans.some(isWhole), 'the read of both')
  const read = collector.spans.find(isWhole)
  assert.equal(read?.traceId, reader.traceId)
  assert.equal(read?.name, 'GET /v1/inbox')
  assert.equal(read?.kind, 2)
  assert.equal(read?.parentSpanId, reader.spanId)
  assert.equal(read?.service, 'bus-7')
  assert.equal(read?.attributes['messaging.consumer.group.name'], systemOf('B'))
  assert.deepEqual(
    new Set(read?.links.map(({ traceId }) => traceId)),
    new Set(senders.map(({ traceId }) => traceId))
  )
  for (const { traceId, spanId } of read?.links ?? []) {
    const spans = await collector.trace(traceId, 3)
    assert.ok(spans.find((span) => span.spanId === spanId)?.name.startsWith('poll'))
  }
})

it("an event's own traceparent is continued where the request has none, and leaves as written", async (t) => {
  const collector = await startOtlpReceiver(t)
  const bus = await startTestBus(t, { telemetry: { otlpEndpoint: collector.endpoint } })
  const traceId = randomBytes(16).toString('hex')
  const sent = bus.document({ traceparent: `00-${traceId}-00f067aa0ba902b7-01` })
  await bus.clients.A.publish(sent)
  const { event } = await itemOf(bus, sent.id)
  assert.equal(event.traceparent, sent.traceparent)
  assertChain(await collector.trace(traceId, 3), '00f067aa0ba902b7', [
    'send lienthong.document',
    'process lienthong.document',
    'poll lienthong.document'
  ])
})

it('a malformed traceparent is ignored, and a trace begins at the bus', async (t) => {
  const collector = await startOtlpReceiver(t)
  const bus = await startTestBus(t, { telemetry: { otlpEndpoint: collector.endpoint } })
  const malformed = [
    'nonsense',
    '00-00000000000000000000000000000000-00f067aa0ba902b7-01',
    '00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01',
    '00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01',
    '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-more'
  ]
  for (const traceparent of malformed) {
    const client = await createClient({
      gateway: bus.url,
      system: systemOf('A'),
      key: bus.keys.A.privateJwk,
      traceparent: () => traceparent
    })
    const sent = bus.document()
    const [published] = await client.publish(sent)
    assert.equal(published?.status, 'accepted')
    const { added } = await itemOf(bus, sent.id)
    const [, traceId = ''] = /^00-([0-9a-f]{32})-[0-9a-f]{16}-01$/.exec(added.traceparent ?? '') ?? []
    const isSend = (span: ReceivedSpan): boolean => span.traceId === traceId && span.name.startsWith('send')
    await until(() => collector.spans.some(isSend), 'a trace of its own')
    assert.equal(collector.spans.find(isSend)?.parentSpanId, '')
    assert.ok(!traceparent.toLowerCase().includes(traceId))
  }
})

it("a refused event's hop has failed, under the refusal's code", async (t) => {
  const collector = await startOtlpReceiver(t)
  const bus = await startTestBus(t, { telemetry: { otlpEndpoint: collector.endpoint } })
  const { client, traceId } = await senderIn(bus)
  await assert.rejects(client.publish(bus.document({ data: { nothing: 'right' } })))
  const [span] = await collector.trace(traceId, 1)
  assert.equal(span?.status, 2)
  assert.equal(span?.attributes['error.type'], 'BUS_PAYLOAD_INVALID')
})

it('nothing is exported of a trace its sender does not sample, and its context is passed on', async (t) => {
  const collector = await startOtlpReceiver(t)
  const bus = await startTestBus(t, { telemetry: { otlpEndpoint: collector.endpoint } })
  const unsampled = await senderIn(bus, '00')
  const sent = bus.document()
  await unsampled.client.publish(sent)
  const { added } = await itemOf(bus, sent.id)
  assert.equal(added.traceparent, `00-${unsampled.traceId}-${unsampled.spanId}-00`)
  const sampled = await senderIn(bus)
  await sampled.client.publish(bus.document({ recipients: codes.C }))
  await bus.bus.close()
  assert.deepEqual(new Set(collector.spans.map(({ traceId }) => traceId)), new Set([sampled.traceId]))
})

it('sampleRatio decides on traces that begin at the bus, and on no others', async (t) => {
  const collector = await startOtlpReceiver(t)
  const bus = await startTestBus(t, { telemetry: { otlpEndpoint: collector.endpoint, sampleRatio: 0 } })
  const sent = bus.document()
  await bus.clients.A.publish(sent)
  const { added } = await itemOf(bus, sent.id)
  assert.match(
    added.traceparent ?? '',
    /^00-[0-9a-f]{32}-[0-9a-f]{16}-00$/,
    'readers are told that nobody records it'
  )
  const sampled = await senderIn(bus)
  await sampled.client.publish(bus.document())
  await collector.trace(sampled.traceId, 2)
  await bus.bus.close()
  assert.deepEqual(new Set(collector.spans.map(({ traceId }) => traceId)), new Set([sampled.traceId]))
})

it('a trace goes through connectors, in by polling and out by delivery', async (t) => {
  const collector = await startOtlpReceiver(t)
  const first = await startTestBus(t)
  const { folder } = first
  await first.bus.close()
  const connectors = (['A', 'B'] as const).map((letter) => ({
    name: `documents-${letter.toLowerCase()}`,
    kind: 'document',
    system: systemOf(letter),
    keyFile: join(folder, 'keys', `${letter}.jwk`),
    settings: { folder: join(folder, letter) }
  }))
  const bus = await startTestBus(t, { folder, connectors, telemetry: { otlpEndpoint: collector.endpoint } })
  const { client, traceId, spanId } = await senderIn(bus)
  await client.publish(bus.document())
  const out = join(folder, 'B', 'out') // The connector makes it, once it may act.
  await until(() => existsSync(out) && readdirSync(out).length === 1, 'the delivery')
  const spans = await collector.trace(traceId, 3)
  assertChain(spans, spanId, [
    'send lienthong.document',
    'process lienthong.document',
    'deliver lienthong.document'
  ])
  assert.equal(
    spans.find(({ kind, name }) => kind === 5 && name.startsWith('deliver'))?.attributes[
      'messaging.consumer.group.name'
    ],
    'documents-b'
  )

  mkdirSync(join(folder, 'A', 'in'), { recursive: true })
  writeFileSync(join(folder, 'A', 'in', 'one.edxml'), fixture('issued'))
  await until(() => readdirSync(out).length === 2, 'the package')
  const begun = (): ReceivedSpan | undefined =>
    collector.spans.find((span) => span.traceId !== traceId && span.name.startsWith('send'))
  await until(() => begun() !== undefined, 'a trace that begins at the bus')
  assertChain(await collector.trace(begun()?.traceId ?? '', 3), '', [
    'send lienthong.document',
    'process lienthong.document',
    'deliver lienthong.document'
  ])
})

/** A collector that takes a request and never answers. */
async function silentCollector(t: TestContext): Promise<Server> {
  const server = createServer((socket) => t.after(() => socket.destroy()))
  t.after(() => server.close())
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return server
}

for (const state of ['is down', 'never answers'] as const) {
  it(`a collector that ${state} keeps nobody from publishing and reading, nor the bus from stopping`, async (t) => {
    const server = await silentCollector(t)
    const { port } = server.address() as { port: number }
    if (state === 'is down') server.close()
    const bus = await startTestBus(t, { telemetry: { otlpEndpoint: `http://127.0.0.1:${port}` } })
    const { client, traceId } = await senderIn(bus)
    const sent = Array.from({ length: 20 }, () => bus.document())
    const published = await client.publish(...sent)
    assert.ok(published.every(({ status }) => status === 'accepted'))
    const { added } = await itemOf(bus, sent[0]?.id ?? '')
    assert.ok(added.traceparent?.startsWith(`00-${traceId}-`))
    const stoppedAt = performance.now()
    await bus.bus.close()
    assert.ok(performance.now() - stoppedAt < 5000, 'the stop does not wait for the collector')
  })
}
