import assert from 'node:assert/strict'
import { createHash, randomUUID } from 'node:crypto'
import { connect } from 'node:net'
import { text } from 'node:stream/consumers'
import { after, before, describe, it } from 'node:test'
import { createSigner, type Signer } from '#client/signer.ts'
import type { BusEvent } from '#protocol/events/event.ts'
import type { Json } from '#protocol/events/json.ts'
import { openSubmission, signSubmission } from '#protocol/trust/submission.ts'
import { sendRaw } from '../helpers/send-raw.ts'
import { codes, type Letter, send, startTestBus, systemOf, type TestBus } from '../helpers/test-bus.ts'
import { until } from '../helpers/until.ts'

/** ATTACKS 2.3 and the order of checks of DESIGN 3: what is refused, with which code, and that nothing of it is stored. */

const cleanups: (() => unknown)[] = []
let bus: TestBus
let signer: Signer
before(async () => {
  bus = await startTestBus({ after: (cleanup) => void cleanups.unshift(cleanup as () => unknown) })
  signer = await createSigner({ system: systemOf('A'), key: bus.keys.A.privateJwk, audience: bus.url })
})
after(async () => {
  for (const cleanup of cleanups) await cleanup()
})

const structured = { 'content-type': 'application/cloudevents+json' }

/** Posts a value with a token made for it, as its bytes would be canonicalised. */
async function post(value: unknown, headers: Record<string, string> = structured) {
  return send(`${bus.url}/v1/events`, {
    method: 'POST',
    token: await signer.submission([value as Json]),
    headers,
    body: JSON.stringify(value)
  })
}

/** Posts bytes under a token for something else: what is checked before the root still shows. */
async function postRaw(body: string | Buffer<ArrayBuffer>, headers: Record<string, string> = structured) {
  const token = await signer.submission([{}])
  return send(`${bus.url}/v1/events`, { method: 'POST', token, headers, body })
}

/** Posts a body, and reads the answer only once all of it was sent, as simple HTTP clients do. */
async function sendWhole(token: string, body: Buffer): Promise<string> {
  const { hostname, port } = new URL(bus.url)
  const socket = connect(Number(port), hostname).pause()
  const head = `POST /v1/events HTTP/1.1\r\nHost: bus\r\nAuthorization: Bearer ${token}\r\nContent-Type: application/cloudevents+json\r\nContent-Length: ${body.length}\r\n\r\n`
  await new Promise<void>((resolve, reject) => {
    socket.once('error', reject)
    socket.write(head)
    socket.write(body, (error) => (error ? reject(error) : resolve()))
  })
  return text(socket)
}

async function isStored(event: { readonly source: string; readonly id: string }): Promise<boolean> {
  const query = new URLSearchParams({ source: event.source, id: event.id })
  const { status } = await send(`${bus.url}/v1/events?${query}`, { token: await signer.plain() })
  return status === 200
}

describe('JSON that is refused before anything else is looked at', () => {
  const deep = (depth: number): string => '['.repeat(depth) + ']'.repeat(depth)
  const bodies: Readonly<Record<string, string | Buffer<ArrayBuffer>>> = {
    'depth 33': `{"a":${deep(33)}}`,
    'depth 100,000': deep(100_000),
    '1,001 members': `{${Array.from({ length: 1001 }, (_unused, index) => `"a${index}":1`).join(',')}}`,
    'a text of 300 KB': JSON.stringify({ a: 'x'.repeat(300_000) }),
    'a number beyond 2^53': '{"a":9007199254740993}',
    'an exponent': '{"a":1e3}',
    '1e400': '{"a":1e400}',
    'a fraction': '{"a":1.5}',
    NaN: '{"a":NaN}',
    'minus zero': '{"a":-0}',
    __proto__: '{"__proto__":{"admin":1}}',
    'an escaped __proto__': '{"\\u005f_proto__":{"admin":1}}',
    'constructor.prototype': '{"constructor":{"prototype":{}}}',
    'a member twice': '{"a":1,"a":2}',
    'a member twice by an escape': '{"a":1,"\\u0061":2}',
    'a member twice by composition': '{"\u00e9":1,"e\u0301":2}',
    'NUL by an escape': '{"a":"\\u0000"}',
    'a C1 control': '{"a":"\u0085"}',
    'a bidirectional override': '{"a":"\u202e"}',
    'a lone surrogate by an escape': '{"a":"\\ud800"}',
    'a non-character': '{"a":"\uffff"}',
    'invalid UTF-8': Buffer.concat([Buffer.from('{"a":"'), Buffer.of(0xff), Buffer.from('"}')]),
    'UTF-16': Buffer.from('{"a":1}', 'utf16le'),
    'a byte order mark': Buffer.concat([Buffer.of(0xef, 0xbb, 0xbf), Buffer.from('{}')]),
    nothing: ''
  }
  for (const [what, body] of Object.entries(bodies)) {
    it(`refuses ${what}`, async () => {
      const { status, body: problem } = await postRaw(body)
      assert.deepEqual([status, problem.code], [400, 'BUS_JSON_INVALID'])
    })
  }

  it('refuses a body beyond the limit by its announced size, and one that grows beyond it', async () => {
    const { status, body } = await postRaw('x'.repeat(1_048_577))
    assert.deepEqual([status, body.code], [413, 'BUS_REQUEST_TOO_LARGE'])
    const chunks = new ReadableStream({
      pull(controller) {
        controller.enqueue(Buffer.alloc(65_536, 0x20))
      }
    })
    const init = { method: 'POST', body: chunks, duplex: 'half', headers: structured } as RequestInit
    const grown = await send(`${bus.url}/v1/events`, { ...init, token: await signer.submission([{}]) })
    assert.deepEqual([grown.status, grown.body.code], [413, 'BUS_REQUEST_TOO_LARGE'])
  })

  it('says which media type an array needs that was sent as one event', async () => {
    const array = await post([{ id: 'a' }])
    assert.deepEqual([array.status, array.body.code], [422, 'BUS_ATTRIBUTE_INVALID'], 'it was signed as one')
    const token = await signer.submission([{ id: 'a' }])
    const { status, body } = await send(`${bus.url}/v1/events`, {
      method: 'POST',
      token,
      headers: structured,
      body: JSON.stringify([{ id: 'a' }])
    })
    assert.deepEqual([status, body.code], [401, 'BUS_SUBMISSION_MISMATCH'])
    assert.match(String(body.detail), /Content-Type phải là application\/cloudevents-batch\+json/)
  })

  it('answers a caller that reads nothing before it has sent 20 MB', async () => {
    const answer = await sendWhole(await signer.submission([{}]), Buffer.alloc(20_000_000, 0x20))
    assert.match(answer, /^HTTP\/1\.1 413 /)
    assert.match(answer, /BUS_REQUEST_TOO_LARGE/)
  })

  for (const type of [
    'text/plain',
    'application/xml',
    'application/ json',
    'application/json,text/plain',
    'application/cloudevents+avro',
    'multipart/form-data; boundary=x'
  ]) {
    it(`refuses the media type ${type}`, async () => {
      const { status, body } = await postRaw('{}', { 'content-type': type })
      assert.deepEqual([status, body.code], [415, 'BUS_MEDIA_TYPE_UNSUPPORTED'])
    })
  }

  it('takes the encoding identity, which says that there is none', async () => {
    const { status, body } = await postRaw('{}', { ...structured, 'content-encoding': 'Identity' })
    assert.deepEqual([status, body.code], [422, 'BUS_ATTRIBUTE_INVALID'])
  })

  for (const encoding of ['gzip', 'br', 'identity, gzip', '']) {
    it(`refuses the encoding ${encoding}`, async () => {
      const { status, body } = await postRaw('{}', { ...structured, 'content-encoding': encoding })
      assert.deepEqual([status, body.code], [415, 'BUS_MEDIA_TYPE_UNSUPPORTED'])
    })
  }

  it('refuses a header that comes twice', async () => {
    for (const twice of [
      'Authorization: Bearer a\r\nAuthorization: Bearer b',
      'Content-Type: application/json\r\nContent-Type: text/plain'
    ]) {
      const answer = await sendRaw(
        bus.url,
        `POST /v1/events HTTP/1.1\r\nHost: x\r\n${twice}\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}`
      )
      assert.match(answer, /^HTTP\/1\.1 400 /)
    }
  })

  it('answers malformed HTTP and oversized headers with a problem or a closed connection, never a fault of its own', async () => {
    const requests = [
      'GET / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n',
      'GET / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n',
      `GET / HTTP/1.1\r\nHost: x\r\nX: ${'a'.repeat(20_000)}\r\n\r\n`,
      'GET /%zz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n',
      'NONSENSE\r\n\r\n'
    ]
    for (const request of requests)
      assert.match(await sendRaw(bus.url, request, 3000), /^(HTTP\/1\.1 4\d\d )?/)
    assert.equal((await sendRaw(bus.url, requests[2] ?? '', 3000)).slice(9, 12), '431')
  })
})

describe('events that are refused, each by the first check that fails', () => {
  const rows: Readonly<Record<string, readonly [status: number, code: string, change: () => unknown]>> = {
    'no object': [422, 'BUS_ATTRIBUTE_INVALID', () => 7],
    'no id': [422, 'BUS_ATTRIBUTE_INVALID', () => ({ ...bus.document(), id: undefined })],
    'a number as id': [422, 'BUS_ATTRIBUTE_INVALID', () => ({ ...bus.document(), id: 7 })],
    'null as subject': [422, 'BUS_ATTRIBUTE_INVALID', () => ({ ...bus.document(), subject: null })],
    'a blank in the id': [422, 'BUS_ATTRIBUTE_INVALID', () => ({ ...bus.document(), id: 'a b' })],
    'an id of 129 characters': [
      422,
      'BUS_ATTRIBUTE_INVALID',
      () => ({ ...bus.document(), id: 'a'.repeat(129) })
    ],
    'another specversion': [422, 'BUS_ATTRIBUTE_INVALID', () => ({ ...bus.document(), specversion: '0.3' })],
    'a type without a version': [
      422,
      'BUS_ATTRIBUTE_INVALID',
      () => ({ ...bus.document(), type: 'document.issued' })
    ],
    'a type of the bus': [
      422,
      'BUS_ATTRIBUTE_INVALID',
      () => ({ ...bus.document(), type: 'bus.act-recorded.v1' })
    ],
    'a source of the bus': [422, 'BUS_ATTRIBUTE_INVALID', () => ({ ...bus.document(), source: '/bus' })],
    'an empty subject': [422, 'BUS_ATTRIBUTE_INVALID', () => ({ ...bus.document(), subject: '' })],
    'a subject not composed': [
      422,
      'BUS_ATTRIBUTE_INVALID',
      () => ({ ...bus.document(), subject: 'e\u0301' })
    ],
    'a 30th of February': [
      422,
      'BUS_ATTRIBUTE_INVALID',
      () => ({ ...bus.document(), time: '2026-02-30T00:00:00Z' })
    ],
    'a short nonce': [422, 'BUS_ATTRIBUTE_INVALID', () => ({ ...bus.document(), nonce: 'AAAA' })],
    'blanks in recipients': [
      422,
      'BUS_ATTRIBUTE_INVALID',
      () => ({ ...bus.document(), recipients: `${codes.B}, ${codes.C}` })
    ],
    'a recipient twice': [
      422,
      'BUS_ATTRIBUTE_INVALID',
      () => ({ ...bus.document(), recipients: `${codes.B},${codes.B}` })
    ],
    '501 recipients': [
      422,
      'BUS_ATTRIBUTE_INVALID',
      () => ({
        ...bus.document(),
        recipients: Array.from({ length: 501 }, (_unused, index) => `H${index}`).join(',')
      })
    ],
    data_base64: [
      422,
      'BUS_ATTRIBUTE_INVALID',
      () => ({ ...bus.document(), data: undefined, data_base64: 'AAAA' })
    ],
    'a state secret': [
      422,
      'BUS_ATTRIBUTE_INVALID',
      () => ({ ...bus.document(), dataclassification: 'mật' })
    ],
    'an upper-case attribute': [422, 'BUS_ATTRIBUTE_INVALID', () => ({ ...bus.document(), Foo: 'x' })],
    'data that is a list': [422, 'BUS_ATTRIBUTE_INVALID', () => ({ ...bus.document(), data: [] })],
    'another datacontenttype': [
      422,
      'BUS_ATTRIBUTE_INVALID',
      () => ({ ...bus.document(), datacontenttype: 'text/plain' })
    ],
    'the schema of another type': [
      422,
      'BUS_ATTRIBUTE_INVALID',
      () => ({ ...bus.document(), dataschema: `${bus.url}/registry/schemas/ids/999` })
    ],
    'another agency as source': [
      403,
      'BUS_NOT_PERMITTED',
      () => ({ ...bus.document(), source: systemOf('B') })
    ],
    'a look-alike of one’s own code': [
      422,
      'BUS_ATTRIBUTE_INVALID',
      () => ({ ...bus.document(), source: systemOf('A').replace('H', 'Н') })
    ],
    'a type that is not granted': [
      403,
      'BUS_NOT_PERMITTED',
      () => ({ ...bus.document(), type: 'document.replaced.v1' })
    ],
    'an unknown recipient': [
      403,
      'BUS_NOT_PERMITTED',
      () => ({ ...bus.document(), recipients: '000.00.99.H03' })
    ],
    'a principal without delegation': [
      403,
      'BUS_NOT_PERMITTED',
      () => ({ ...bus.document(), onbehalfof: codes.B })
    ],
    'a dossier for an agency without agreement': [
      403,
      'BUS_NOT_PERMITTED',
      () => ({ ...bus.document(), type: 'dossier.received.v1', recipients: codes.C })
    ],
    'a payload that lacks a member': [
      422,
      'BUS_PAYLOAD_INVALID',
      () => bus.document({}, { title: undefined })
    ],
    'a payload with a member too many': [422, 'BUS_PAYLOAD_INVALID', () => bus.document({}, { extra: 1 })],
    'a payload with null': [422, 'BUS_PAYLOAD_INVALID', () => bus.document({}, { content: null })],
    'a payload with a number for a text': [422, 'BUS_PAYLOAD_INVALID', () => bus.document({}, { title: 7 })],
    'a payload with a date that is none': [
      422,
      'BUS_PAYLOAD_INVALID',
      () => bus.document({}, { promulgationDate: '2026-02-30' })
    ],
    ...Object.fromEntries(
      ['../../x', 'a\tb', 'C:\\x', 'NUL.pdf', 'x.'].map((name) => [
        `an attachment called ${JSON.stringify(name)}, before it is looked for`,
        [
          422,
          'BUS_PAYLOAD_INVALID',
          () =>
            bus.document({}, { attachments: [{ name, mediaType: 'a/b', size: 1, sha256: 'a'.repeat(64) }] })
        ] as const
      ])
    ),
    'an attachment nobody uploaded': [
      422,
      'BUS_ATTACHMENT_MISSING',
      () =>
        bus.document({}, { attachments: [{ name: 'a', mediaType: 'a/b', size: 1, sha256: 'a'.repeat(64) }] })
    ]
  }
  for (const [what, [status, code, change]] of Object.entries(rows)) {
    it(`refuses ${what}`, async () => {
      const value = JSON.parse(JSON.stringify(change())) as BusEvent
      const answer = await post(value)
      assert.deepEqual([answer.status, answer.body.code], [status, code])
      assert.match(answer.headers.get('content-type') ?? '', /^application\/problem\+json/)
      assert.ok(String(answer.body.type).startsWith('https://'))
      if (typeof value === 'object' && typeof value.id === 'string' && value.id.length <= 128) {
        assert.equal(await isStored({ source: systemOf('A'), id: value.id }), false)
      }
    })
  }

  it('names the first failed check in the order of the design', async () => {
    const both = bus.document({ recipients: '000.00.99.H03' }, { extra: 1 })
    assert.equal((await post(both)).body.code, 'BUS_NOT_PERMITTED')
    assert.equal((await post({ ...both, nonce: 'x' })).body.code, 'BUS_ATTRIBUTE_INVALID')
  })

  it('answers in Vietnamese or English as asked', async () => {
    const value = { ...bus.document(), nonce: 'x' }
    const english = await post(value, { ...structured, 'accept-language': 'en-GB,en;q=0.9,vi;q=0.1' })
    const vietnamese = await post(value, { ...structured, 'accept-language': 'vi' })
    assert.match(String(english.body.detail), /random bytes/)
    assert.match(String(vietnamese.body.detail), /ngẫu nhiên/)
  })

  it('refuses only the bad ones of a batch and says which', async () => {
    const good = bus.document()
    const bad = { ...bus.document(), nonce: 'x' }
    const batch = [good, bad] as unknown as Json[]
    const { status, body } = await send(`${bus.url}/v1/events`, {
      method: 'POST',
      token: await signer.submission(batch),
      headers: { 'content-type': 'application/cloudevents-batch+json' },
      body: JSON.stringify(batch)
    })
    const results = body.results as { status: string; id: string; problem?: { code: string } }[]
    assert.equal(status, 207)
    assert.deepEqual(
      results.map((result) => [result.id, result.status, result.problem?.code]),
      [
        [good.id, 'accepted', undefined],
        [bad.id, 'rejected', 'BUS_ATTRIBUTE_INVALID']
      ]
    )
  })

  it('takes binary mode, with Vietnamese in its headers, as the same event', async () => {
    const { toBinary } = await import('#protocol/events/http-modes.ts')
    const event = {
      ...bus.document({ subject: 'Hồ sơ "số 7" 100%' }),
      datacontenttype: 'application/json'
    } as BusEvent
    const { headers, body } = toBinary(event)
    const token = await signer.submission([event as unknown as Json])
    const answer = await send(`${bus.url}/v1/events`, {
      method: 'POST',
      token,
      headers: { ...headers },
      body
    })
    assert.equal(answer.status, 202)
    assert.equal((await post(event)).status, 202)
  })
})

describe('the same event again', () => {
  const receiptOf = (answer: { body: Record<string, unknown> }): unknown =>
    (answer.body.results as { receipt: unknown }[])[0]?.receipt

  it('is answered with the first receipt, after a restart and after its rights have ended too', async (t) => {
    const first = await startTestBus(t)
    const event = first.document()
    const [before] = await first.clients.A.publish(event)
    const { last } = await first.operator.get<{ last: string }>(`/v1/systems${systemOf('A')}`)
    const act = {
      act: 'right.withdrawn',
      resource: systemOf('A'),
      type: 'document.issued.v1',
      previous: last
    }
    await first.operator.act('/v1/rights', act)
    const [again] = await first.clients.A.publish(event)
    assert.deepEqual([again?.status, again?.receipt], ['repeated', before?.receipt])
    const port = Number(new URL(first.url).port)
    await first.bus.close()
    const second = await startTestBus(t, { folder: first.folder, port })
    const [later] = await second.clients.A.publish(event)
    assert.deepEqual([later?.status, later?.receipt], ['repeated', before?.receipt])
  })

  it('with other content is refused with 409', async () => {
    const event = bus.document()
    assert.equal((await post(event)).status, 202)
    const { status, body } = await post({ ...event, correlationid: 'another' })
    assert.deepEqual([status, body.code], [409, 'BUS_EVENT_ID_SPENT'])
  })

  it('sent a hundred times at once is stored once, with one receipt', async () => {
    const event = bus.document()
    const answers = await Promise.all(Array.from({ length: 100 }, () => post(event)))
    assert.ok(answers.every(({ status }) => status === 202))
    assert.equal(new Set(answers.map((answer) => JSON.stringify(receiptOf(answer)))).size, 1)
    const statuses = answers.map(({ body }) => (body.results as { status: string }[])[0]?.status)
    assert.equal(statuses.filter((status) => status === 'accepted').length, 1)
  })

  it('is no repeat when another system sends it', async () => {
    const event = bus.document()
    await post(event)
    const other = await createSigner({ system: systemOf('B'), key: bus.keys.B.privateJwk, audience: bus.url })
    const { status } = await send(`${bus.url}/v1/events`, {
      method: 'POST',
      token: await other.submission([event as unknown as Json]),
      headers: structured,
      body: JSON.stringify(event)
    })
    assert.equal(status, 403)
  })
})

describe('what belongs to others', () => {
  const asReader = async (letter: Letter): Promise<string> =>
    (
      await createSigner({ system: systemOf(letter), key: bus.keys[letter].privateJwk, audience: bus.url })
    ).plain()

  it('looks the same as what does not exist', async () => {
    const attachment = await bus.clients.A.attach('a.txt', 'text/plain', Buffer.from(randomUUID()))
    const event = bus.document({}, { attachments: [{ ...attachment }] })
    const [published] = await bus.clients.A.publish(event)
    await bus.clients.B.page({ waitSeconds: 5 })
    const theirs = [`/v1/events/${published?.hash}`, `/v1/attachments/${attachment.sha256}`]
    const missing = [`/v1/events/${'0'.repeat(64)}`, `/v1/attachments/${'0'.repeat(64)}`]
    for (const [index, path] of theirs.entries()) {
      assert.equal(
        (await fetch(bus.url + path, { headers: { authorization: `Bearer ${await asReader('B')}` } })).status,
        200
      )
      const refusal = await send(bus.url + path, { token: await asReader('C') })
      const nothing = await send(bus.url + (missing[index] ?? ''), { token: await asReader('C') })
      assert.equal(refusal.status, 404)
      assert.deepEqual(
        { ...refusal.body, traceId: '', instance: '' },
        { ...nothing.body, traceId: '', instance: '' }
      )
    }
  })

  it('refuses a cursor of another system, one made up, and one for another filter', async () => {
    const { next } = await bus.clients.B.page()
    const codeOf = (error: { problem: { code: string } }): string => error.problem.code
    for (const [letter, options] of [
      ['C', { after: next }],
      ['B', { after: `${next.slice(0, -1)}${next.endsWith('A') ? 'B' : 'A'}` }],
      ['B', { after: 'x' }],
      ['B', { after: next, types: ['document.issued.v1'] }]
    ] as const) {
      assert.equal(await bus.clients[letter].page(options).then(() => 'read', codeOf), 'BUS_CURSOR_INVALID')
    }
  })

  it('refuses acts of an agency on others, and acts that do not follow', async () => {
    const codeOf = (error: { problem: { code: string } }): string => error.problem.code
    const agency = { act: 'agency.added', resource: '/agencies/H99', previous: null, name: 'X' }
    assert.equal(await bus.clients.A.act('/v1/agencies', agency).catch(codeOf), 'BUS_NOT_PERMITTED')
    assert.equal(await bus.operator.act('/v1/systems', agency).catch(codeOf), 'BUS_ACT_INVALID')
    assert.equal(
      await bus.operator.act('/v1/agencies', { ...agency, extra: 1 }).catch(codeOf),
      'BUS_ACT_INVALID'
    )
    const { name: _name, ...nameless } = agency
    await assert.rejects(bus.operator.act('/v1/agencies', nameless), /\/name/)
    const stale = {
      act: 'agency.changed',
      resource: `/agencies/${codes.A}`,
      previous: '0'.repeat(64),
      name: 'Y'
    }
    assert.equal(await bus.operator.act('/v1/agencies', stale).catch(codeOf), 'BUS_ACT_CONFLICT')
  })

  it('acknowledges only what was given, and lets the first answer stand', async () => {
    const event = bus.document()
    await bus.clients.A.publish(event)
    const isThere = async () =>
      (await bus.clients.B.page({ limit: 500 })).events.some((item) => item.event.id === event.id)
    await until(isThere, 5000)
    const names = { source: event.source, id: event.id }
    const codeOf = (error: { problem: { code: string } }): string => error.problem.code
    assert.equal(
      await bus.clients.C.acknowledge({ ...names, state: 'accepted' }).then(() => 'taken', codeOf),
      'BUS_NOT_FOUND'
    )
    await bus.clients.B.acknowledge({ ...names, state: 'accepted' })
    await bus.clients.B.acknowledge({ ...names, state: 'accepted' })
    const refusal = bus.clients.B.acknowledge({
      ...names,
      state: 'rejected',
      code: '02',
      reason: 'Sai nơi nhận'
    })
    assert.equal(await refusal.then(() => 'taken', codeOf), 'BUS_STATE_CONFLICT')
  })
})

describe('attachments', () => {
  const put = async (
    sha256: string,
    body: string | Buffer<ArrayBuffer>,
    headers: Record<string, string> = {}
  ) =>
    send(`${bus.url}/v1/attachments/${sha256}`, { method: 'PUT', token: await signer.plain(), headers, body })
  const digest = (body: string): string => createHash('sha256').update(body).digest('hex')

  it('are refused with other bytes than announced, and nothing of them is kept', async () => {
    const sha256 = digest('good')
    const { status, body } = await put(sha256, 'evil')
    assert.deepEqual([status, body.code], [422, 'BUS_ATTACHMENT_INVALID'])
    assert.equal(
      (await send(`${bus.url}/v1/attachments/${sha256}`, { token: await signer.plain() })).status,
      404
    )
    assert.equal((await put(sha256, 'good')).status, 201)
    assert.equal((await put(sha256, 'good')).status, 201)
  })

  it('come in parts as asked, and not at all when they are known', async () => {
    const content = 'nội dung dài'
    const { sha256, size } = await bus.clients.A.attach('a.txt', 'text/plain', Buffer.from(content))
    const get = async (headers: Record<string, string>) => {
      const authorization = `Bearer ${await signer.plain()}`
      const response = await fetch(`${bus.url}/v1/attachments/${sha256}`, {
        headers: { ...headers, authorization }
      })
      return {
        status: response.status,
        range: response.headers.get('content-range'),
        bytes: Buffer.from(await response.arrayBuffer())
      }
    }
    const whole = Buffer.from(content)
    for (const [range, start, end] of [
      ['bytes=0-2', 0, 2],
      ['bytes=3-', 3, size - 1],
      ['bytes=-4', size - 4, size - 1],
      ['bytes=2-999', 2, size - 1]
    ] as const) {
      const { status, range: contentRange, bytes } = await get({ range })
      assert.deepEqual([status, contentRange], [206, `bytes ${start}-${end}/${size}`])
      assert.deepEqual(bytes, whole.subarray(start, end + 1))
    }
    for (const range of ['bytes=0-1,3-4', 'lines=1-2', 'bytes=-'])
      assert.equal((await get({ range })).status, 200)
    assert.equal((await get({ range: 'bytes=0-1', 'if-range': '"other"' })).status, 200)
    assert.deepEqual((await get({ range: `bytes=${size}-` })).range, `bytes */${size}`)
    assert.equal((await get({ range: 'bytes=-0' })).status, 416)
    for (const known of [`"${sha256}"`, `"other", W/"${sha256}"`, '*'])
      assert.equal((await get({ 'if-none-match': known })).status, 304)
    assert.equal((await get({ 'if-none-match': '"other"' })).status, 200)
  })

  it('are refused under a name that is no digest', async () => {
    for (const name of ['..%2f..%2fetc', 'A'.repeat(64), 'a'.repeat(63)])
      assert.equal((await put(name, 'x')).status, 400)
  })

  it('are refused in an event that says another size', async () => {
    const content = randomUUID()
    const attachment = await bus.clients.A.attach('a.txt', 'text/plain', Buffer.from(content))
    const event = bus.document({}, { attachments: [{ ...attachment, size: 1 }] })
    assert.equal((await post(event)).body.code, 'BUS_ATTACHMENT_MISSING')
  })
})

describe('the time to read an inbox from', () => {
  const readFrom = async (from: string) =>
    send(`${bus.url}/v1/inbox?${new URLSearchParams({ from })}`, { token: await signer.plain() })
  for (const [what, from] of [
    ['without the minutes of its offset', '2026-11-24T07:00:00+07'],
    ['of a leap second', '2026-11-24T00:00:60Z'],
    ['of the 30th of February', '2026-02-30T00:00:00Z'],
    ['without a time of day', '2026-11-24']
  ] as const) {
    it(`is refused ${what}`, async () => {
      const { status, body } = await readFrom(from)
      assert.deepEqual([status, body.code], [400, 'BUS_QUERY_INVALID'])
      assert.match(String(body.detail), /from/)
    })
  }

  it('is taken with an offset of hours and minutes', async () => {
    assert.equal((await readFrom('2026-11-24T07:00:00+07:00')).status, 200)
  })
})

describe('a closed agency code', () => {
  it('is refused with its successor named, and the closed agency still reads what it was given', async (t) => {
    const mine = await startTestBus(t)
    await mine.clients.A.publish(mine.document({ recipients: codes.C }))
    const { last } = await mine.operator.get<{ last: string }>(`/v1/agencies/${codes.C}`)
    const act = { act: 'agency.closed', resource: `/agencies/${codes.C}`, previous: last, successor: codes.B }
    await mine.operator.act('/v1/agencies', act)
    const refusal = await mine.clients.A.publish(mine.document({ recipients: codes.C })).catch(
      (error: { problem: { code: string; status: number; detail: string } }) => error.problem
    )
    assert.ok(!Array.isArray(refusal))
    const { code, status, detail } = refusal as { code: string; status: number; detail: string }
    assert.deepEqual([status, code], [422, 'BUS_AGENCY_CLOSED'])
    assert.ok(detail.includes(codes.B))
    assert.equal((await mine.clients.C.page({ waitSeconds: 5 })).events.length, 1)
  })
})

it('a submission’s proofs are those of its own tree', async () => {
  const events = [bus.document(), bus.document()] as unknown as Json[]
  const iat = Math.floor(Date.now() / 1000)
  const claims = { iss: systemOf('A'), sub: codes.A, aud: bus.url, iat, exp: iat + 60, jti: 'x' }
  const { token, proofs } = await signSubmission(events, claims, bus.keys.A.signingKey)
  const root = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()).events
  assert.deepEqual(openSubmission(events, { token, events: root }), proofs)
})
