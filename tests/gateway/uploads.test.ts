import assert from 'node:assert/strict'
import { createHash, randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { type ClientRequest, request } from 'node:http'
import { describe, it } from 'node:test'
import { createSigner } from '#client/signer.ts'
import { actOnSystem, type Letter, startTestBus, systemOf, type TestBus } from '../helpers/test-bus.ts'

const bytes = randomBytes(200_000)
const sha256 = createHash('sha256').update(bytes).digest('hex')

interface Answer {
  readonly status: number
  readonly headers: Readonly<Record<string, string | undefined>>
  readonly body: Record<string, unknown>
}

async function tokenOf(bus: TestBus, letter: Letter): Promise<string> {
  const key = bus.keys[letter].privateJwk
  return (await createSigner({ system: systemOf(letter), key, audience: bus.url })).plain()
}

async function ask(
  bus: TestBus,
  letter: Letter,
  method: string,
  headers: Record<string, string> = {},
  body?: Uint8Array
): Promise<Answer> {
  const response = await fetch(`${bus.url}/v1/attachments/${sha256}`, {
    method,
    headers: { authorization: `Bearer ${await tokenOf(bus, letter)}`, 'accept-language': 'en', ...headers },
    ...(body === undefined ? {} : { body: body as Uint8Array<ArrayBuffer> })
  })
  const text = await response.text()
  return {
    status: response.status,
    headers: Object.fromEntries(response.headers),
    body: text !== '' && response.headers.get('content-type')?.includes('json') ? JSON.parse(text) : {}
  }
}

const begin = (bus: TestBus, letter: Letter, part: Uint8Array) =>
  ask(bus, letter, 'PUT', { 'upload-complete': '?0', 'upload-length': String(bytes.length) }, part)

const goOn = (bus: TestBus, letter: Letter, offset: number, part: Uint8Array, complete = '?0') =>
  ask(
    bus,
    letter,
    'PATCH',
    {
      'content-type': 'application/partial-upload',
      'upload-offset': String(offset),
      'upload-complete': complete
    },
    part
  )

/** A request whose body stops in the middle, its connection left open. */
async function stall(bus: TestBus, offset: number, part: Uint8Array): Promise<ClientRequest> {
  const sending = request(`${bus.url}/v1/attachments/${sha256}`, {
    method: 'PATCH',
    headers: {
      authorization: `Bearer ${await tokenOf(bus, 'A')}`,
      'content-type': 'application/partial-upload',
      'content-length': bytes.length - offset,
      'upload-offset': offset,
      'upload-complete': '?1'
    }
  })
  sending.on('error', () => {})
  sending.write(part)
  return sending
}

async function until(condition: () => Promise<boolean>): Promise<void> {
  for (let tries = 0; tries < 200; tries += 1) {
    if (await condition()) return
    await new Promise((resolve) => setTimeout(resolve, 25))
  }
  assert.fail('not in 5 s')
}

describe('uploads in several requests', () => {
  it('begin, tell how far they came, go on, and end with the attachment', async (t) => {
    const bus = await startTestBus(t)
    const begun = await begin(bus, 'A', bytes.subarray(0, 1000))
    assert.equal(begun.status, 201)
    assert.equal(begun.headers.location, `/v1/attachments/${sha256}`)
    assert.equal(begun.headers['upload-offset'], '1000')
    assert.equal(begun.headers['upload-complete'], '?0')
    const message = await ask(bus, 'A', 'HEAD')
    assert.equal(message.status, 204)
    assert.equal(message.headers['upload-offset'], '1000')
    assert.equal(message.headers['upload-length'], String(bytes.length))
    assert.match(String(message.headers['upload-limit']), /max-size=\d+/)
    assert.equal(message.headers['cache-control'], 'no-store')
    assert.equal((await ask(bus, 'A', 'GET')).status, 404, 'half of it is nothing yet')
    const more = await goOn(bus, 'A', 1000, bytes.subarray(1000, 90_000))
    assert.equal(more.status, 204)
    assert.equal(more.headers['upload-offset'], '90000')
    const last = await goOn(bus, 'A', 90_000, bytes.subarray(90_000), '?1')
    assert.equal(last.status, 201)
    assert.deepEqual(last.body, { sha256, size: bytes.length })
    const done = await ask(bus, 'A', 'HEAD')
    assert.equal(done.status, 200)
    assert.equal(done.headers['upload-complete'], '?1')
    assert.equal(done.headers['content-length'], String(bytes.length))
    const event = bus.document()
    const attachment = { name: 'a.bin', mediaType: 'application/octet-stream', size: bytes.length, sha256 }
    const [published] = await bus.clients.A.publish({
      ...event,
      data: { ...event.data, attachments: [attachment] }
    })
    assert.equal(published?.status, 'accepted')
  })

  it('are open to the operator too', async (t) => {
    const bus = await startTestBus(t)
    const attachment = await bus.operator.attach('a.bin', 'application/octet-stream', Buffer.alloc(2_000_000))
    assert.equal(attachment.size, 2_000_000)
  })

  it('go on after a new start of the bus', async (t) => {
    const bus = await startTestBus(t)
    await begin(bus, 'A', bytes.subarray(0, 5000))
    await bus.bus.close()
    const again = await startTestBus(t, { folder: bus.folder, port: Number(new URL(bus.url).port) })
    assert.equal((await ask(again, 'A', 'HEAD')).headers['upload-offset'], '5000')
    assert.equal((await goOn(again, 'A', 5000, bytes.subarray(5000), '?1')).status, 201)
  })

  it('keep what arrived when a connection breaks, and take over from one that hangs', async (t) => {
    const bus = await startTestBus(t)
    await begin(bus, 'A', bytes.subarray(0, 1000))
    const broken = await stall(bus, 1000, bytes.subarray(1000, 60_000))
    await once(broken, 'socket')
    await new Promise((resolve) => setTimeout(resolve, 200))
    broken.destroy()
    await until(async () => (await ask(bus, 'A', 'HEAD')).headers['upload-offset'] === '60000')
    const hanging = await stall(bus, 60_000, bytes.subarray(60_000, 61_000))
    const closed = new Promise((resolve) => hanging.once('close', resolve))
    await new Promise((resolve) => setTimeout(resolve, 200))
    assert.equal((await ask(bus, 'A', 'HEAD')).headers['upload-offset'], '61000')
    await closed
    assert.equal((await goOn(bus, 'A', 61_000, bytes.subarray(61_000), '?1')).status, 201)
  })

  it('stop within seconds when the system is revoked in their middle, and keep nothing readable', async (t) => {
    const bus = await startTestBus(t)
    await begin(bus, 'A', bytes.subarray(0, 1000))
    const sending = await stall(bus, 1000, bytes.subarray(1000, 2000))
    const ended = new Promise((resolve) => sending.once('response', resolve).once('close', resolve))
    await actOnSystem(bus.operator, systemOf('A'), { act: 'system.revoked' })
    await ended
    sending.destroy()
    assert.equal((await ask(bus, 'A', 'HEAD')).status, 401)
  })

  it('are refused with what would fix them, and lose nothing by it', async (t) => {
    const bus = await startTestBus(t)
    await begin(bus, 'A', bytes.subarray(0, 1000))
    const elsewhere = await goOn(bus, 'A', 999, bytes.subarray(999))
    assert.equal(elsewhere.status, 409)
    assert.equal(elsewhere.body.code, 'BUS_UPLOAD_CONFLICT')
    assert.equal(elsewhere.headers['upload-offset'], '1000')
    const rows: readonly (readonly [number, string, Record<string, string>])[] = [
      [415, 'BUS_MEDIA_TYPE_UNSUPPORTED', { 'content-type': 'application/octet-stream' }],
      [422, 'BUS_ATTACHMENT_INVALID', { 'upload-offset': '-1' }],
      [422, 'BUS_ATTACHMENT_INVALID', { 'upload-offset': '1e3' }],
      [422, 'BUS_ATTACHMENT_INVALID', { 'upload-complete': 'true' }]
    ]
    for (const [status, code, wrong] of rows) {
      const headers = {
        'content-type': 'application/partial-upload',
        'upload-offset': '1000',
        'upload-complete': '?0',
        ...wrong
      }
      const answer = await ask(bus, 'A', 'PATCH', headers, bytes.subarray(1000))
      assert.deepEqual([answer.status, answer.body.code], [status, code], JSON.stringify(wrong))
    }
    assert.equal((await ask(bus, 'A', 'HEAD')).headers['upload-offset'], '1000')
    const unannounced = await ask(bus, 'A', 'PUT', { 'upload-complete': '?0' }, bytes)
    assert.deepEqual([unannounced.status, unannounced.body.code], [422, 'BUS_ATTACHMENT_INVALID'])
    const huge = { 'upload-complete': '?0', 'upload-length': '999999999999999' }
    assert.equal((await ask(bus, 'A', 'PUT', huge, bytes)).body.code, 'BUS_REQUEST_TOO_LARGE')
  })

  it('are gone when their size or digest is another than announced', async (t) => {
    const bus = await startTestBus(t)
    for (const [part, complete] of [
      [Buffer.alloc(bytes.length - 1000), '?1'],
      [bytes, '?0'],
      [bytes.subarray(1000, 2000), '?1']
    ] as const) {
      await begin(bus, 'A', bytes.subarray(0, 1000))
      const answer = await goOn(bus, 'A', 1000, part, complete)
      assert.deepEqual([answer.status, answer.body.code], [422, 'BUS_ATTACHMENT_INVALID'])
      assert.equal((await ask(bus, 'A', 'HEAD')).status, 404)
      assert.equal((await ask(bus, 'A', 'GET')).status, 404)
    }
  })

  it('take bytes of any media type, those of JSON too', async (t) => {
    const bus = await startTestBus(t)
    for (const type of ['application/json', 'application/cloudevents+json', 'text/plain']) {
      const headers = { 'content-type': type, 'content-length': String(bytes.length) }
      assert.equal((await ask(bus, 'A', 'PUT', headers, bytes)).status, 201, type)
      assert.equal((await ask(bus, 'A', 'PATCH', headers, bytes)).status, 415, type)
    }
  })

  it('can be forgotten by who began them', async (t) => {
    const bus = await startTestBus(t)
    await begin(bus, 'A', bytes.subarray(0, 1000))
    assert.equal((await ask(bus, 'B', 'DELETE')).status, 404)
    assert.equal((await ask(bus, 'A', 'DELETE')).status, 204)
    assert.equal((await ask(bus, 'A', 'DELETE')).status, 404)
    assert.equal((await ask(bus, 'A', 'HEAD')).status, 404)
  })

  it('tell an agency nothing of what another has uploaded or is uploading', async (t) => {
    const bus = await startTestBus(t)
    const conversation = async (): Promise<readonly unknown[]> => {
      const answers = [
        await ask(bus, 'B', 'HEAD'),
        await ask(bus, 'B', 'GET'),
        await goOn(bus, 'B', 0, bytes),
        await begin(bus, 'B', bytes.subarray(0, 1000)),
        await ask(bus, 'B', 'HEAD'),
        await goOn(bus, 'B', 1000, bytes.subarray(1000, 2000)),
        await goOn(bus, 'B', 2000, Buffer.alloc(bytes.length - 2000), '?1'),
        await ask(bus, 'B', 'HEAD'),
        await ask(bus, 'B', 'PUT', { 'content-length': String(bytes.length) }, Buffer.alloc(bytes.length)),
        await begin(bus, 'B', bytes.subarray(0, 1000)),
        await ask(bus, 'B', 'DELETE')
      ]
      // `ratelimit` says what is left of the asker's own share.
      return answers.map(
        ({
          status,
          headers: { date: _at, ratelimit: _left, ...headers },
          body: { traceId: _id, ...body }
        }) => ({
          status,
          headers,
          body
        })
      )
    }
    const alone = await conversation()
    await begin(bus, 'A', bytes.subarray(0, 5000))
    assert.deepEqual(await conversation(), alone)
    assert.equal((await ask(bus, 'A', 'HEAD')).headers['upload-offset'], '5000')
    assert.equal((await goOn(bus, 'A', 5000, bytes.subarray(5000), '?1')).status, 201)
    assert.deepEqual(await conversation(), alone)
    assert.equal((await ask(bus, 'A', 'GET', { range: 'bytes=0-0' })).status, 206)
  })
})
