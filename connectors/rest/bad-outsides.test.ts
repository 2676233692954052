import assert from 'node:assert/strict'
import { once } from 'node:events'
import type { ServerResponse } from 'node:http'
import { describe, it, type TestContext } from 'node:test'
import type { BusError } from '#protocol/errors/bus-error.ts'
import { fillSettings } from '#protocol/events/json-schema.ts'
import { connectorIo } from '#tests/helpers/connector-io.ts'
import { settingsFor } from './fixtures/settings.ts'
import { startApi } from './fixtures/small-api.ts'
import rest from './index.ts'
import { RestSettings } from './settings.ts'

/** Far more than an answer takes that is read: what ends sooner ended for another reason. */
const ample = { timeoutMs: 120_000 }

/** Polls an outside once that answers so; gives its failure, how long it took, and the memory it needed. */
async function pollOnce(t: TestContext, answer: (response: ServerResponse) => void, change: object = {}) {
  const api = await startApi(t, (_request, response) => answer(response))
  const raw = { ...settingsFor(api.url), timeoutMs: 1000, maxAnswerBytes: 1_048_576, ...change }
  assert.deepEqual(fillSettings(RestSettings, raw), [])
  const settings = raw as unknown as RestSettings
  const definition = rest.forSettings?.(settings) ?? rest
  const io = connectorIo(t)
  const session = await definition.connect(settings, io)
  t.after(() => session.close())
  const [beganAt, before] = [performance.now(), process.memoryUsage.rss()]
  const failure = await definition.inbound?.poll(session as never, undefined, io).then(
    (polled) => assert.fail(`it gave ${polled.items.length} items`),
    (error: BusError) => error
  )
  return { failure, ms: performance.now() - beganAt, bytes: process.memoryUsage.rss() - before }
}

async function sendForEver(response: ServerResponse): Promise<void> {
  const chunk = Buffer.alloc(65_536, '[')
  while (!response.destroyed) {
    if (!response.write(chunk)) await Promise.race([once(response, 'drain'), once(response, 'close')])
  }
}

const garbage: Readonly<Record<string, string | Buffer>> = {
  'bytes that are no text': Buffer.from(Array.from({ length: 10_000 }, (_, index) => (index * 7919) % 256)),
  'a page for people': '<!doctype html><title>Down for maintenance</title>',
  'JSON that ends too early': '{"records": [{"id": 1, "soHoSo": "0',
  'JSON that is nested without end': '{"records":'.repeat(90_000),
  'a number': '17',
  'a list where an object is expected': '"records"'
}

describe('rest: an outside that misbehaves', () => {
  it('answers with 2 GiB: no more than the limit is read', async (t) => {
    for (const answer of [
      (response: ServerResponse) => void response.writeHead(200, { 'content-length': 2 ** 31 }).write('['),
      (response: ServerResponse) => void sendForEver(response.writeHead(200))
    ]) {
      const { failure, bytes } = await pollOnce(t, answer, ample)
      assert.equal(failure?.fault, 'http:tooLarge')
      assert.ok(bytes < 100 * 1_048_576, `${bytes} bytes`)
    }
  })

  it('does not answer: the poll ends at the time limit', async (t) => {
    for (const answer of [() => {}, (response: ServerResponse) => void response.writeHead(200).write('{')]) {
      const { failure, ms } = await pollOnce(t, answer)
      assert.deepEqual([failure?.code, failure?.fault], ['BUS_PEER_UNREACHABLE', 'http:timeout'])
      assert.ok(ms >= 900, `${ms} ms`)
    }
  })

  for (const [what, body] of Object.entries(garbage)) {
    it(`answers with ${what}: the page is asked for again later, and nothing is made of it`, async (t) => {
      const { failure } = await pollOnce(t, (response) => response.writeHead(200).end(body), ample)
      assert.equal(failure?.code, 'BUS_PEER_FAILED')
    })
  }

  it('answers with more than fits into the memory of the thread: neither a poll nor a preview ends the bus', async (t) => {
    const body = `[${'[],'.repeat(3_400_000)}0]`
    const raw = settingsFor('http://127.0.0.1:1')
    const poll = { ...Object(raw.poll), items: '$' }
    const usual = { ...ample, maxAnswerBytes: 10_485_760, poll }
    const { failure } = await pollOnce(t, (response) => void response.writeHead(200).end(body), usual)
    assert.match(failure?.message ?? '', /more than 500000 values/)
    const many = `[${'[],'.repeat(10_000)}0]`
    const tooMany = await pollOnce(t, (response) => void response.writeHead(200).end(many), usual)
    assert.match(tooMany.failure?.message ?? '', /more than 10000 items/)

    const settings = { ...raw, poll, receive: undefined } as unknown as RestSettings
    for (const sample of [body, `["${'x'.repeat(95_000_000)}"]`]) {
      const shown = async () => rest.preview?.(settings, Buffer.from(sample), connectorIo(t))
      await assert.rejects(shown, { code: 'BUS_ITEM_INVALID' })
    }
  })
})
