import assert from 'node:assert/strict'
import { once } from 'node:events'
import { connect } from 'node:net'
import { before, describe, it } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { sendRaw } from '../helpers/send-raw.ts'
import { afterSuite } from '../helpers/servers/cleanup.ts'
import { startTestBus, type TestBus } from '../helpers/test-bus.ts'

const post = 'POST /v1/events HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\n'
const unreadable: Readonly<Record<string, readonly [bytes: string, status: number, code: string]>> = {
  'what is no HTTP': ['GARBAGE\r\n\r\n', 400, 'BUS_REQUEST_INVALID'],
  'TLS where there is none': ['\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03', 400, 'BUS_REQUEST_INVALID'],
  'HTTP/2': ['PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', 400, 'BUS_REQUEST_INVALID'],
  'no host': ['GET /problems HTTP/1.1\r\nconnection: close\r\n\r\n', 400, 'BUS_REQUEST_INVALID'],
  'a length that is none': [`${post}content-length: x\r\n\r\n`, 400, 'BUS_REQUEST_INVALID'],
  'two lengths': [
    `${post}content-length: 3\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n`,
    400,
    'BUS_REQUEST_INVALID'
  ],
  'a head of 20 KB': [
    `GET / HTTP/1.1\r\nhost: a\r\nx: ${'y'.repeat(20_000)}\r\n\r\n`,
    431,
    'BUS_HEADERS_TOO_LARGE'
  ],
  'a head that does not end': ['GET / HTTP/1.1\r\nhost: a\r\n', 408, 'BUS_REQUEST_TIMEOUT']
}

describe('a request that cannot be read', { concurrency: true }, () => {
  const suite = afterSuite()
  let bus: TestBus
  before(async () => {
    bus = await startTestBus(suite)
  })

  for (const [what, [bytes, status, code]] of Object.entries(unreadable)) {
    for (const port of ['gateway', 'management'] as const) {
      if (port === 'management' && what === 'no host') continue
      it(`is answered with a problem on the ${port} port: ${what}`, async () => {
        const answer = await sendRaw(port === 'gateway' ? bus.url : bus.bus.managementUrl, bytes)
        const [head = '', body = ''] = answer.split('\r\n\r\n')
        assert.match(head, new RegExp(`^HTTP/1.1 ${status} `))
        assert.match(head, /content-type: application\/problem\+json/i)
        assert.match(head, /connection: close/i)
        assert.equal((JSON.parse(body) as { code: string }).code, code)
      })
    }
  }

  it('that follows one which is still worked on is not answered in its place', async () => {
    const whole = `${post}authorization: Bearer x\r\ncontent-length: 2\r\n\r\n{}`
    assert.doesNotMatch(await sendRaw(bus.url, `${whole}\0\0\0\r\n\r\n`), /^HTTP\/1.1 400 /)
  })

  it('is answered however much comes after it', async () => {
    const head = `GET / HTTP/1.1\r\nhost: a\r\nx: ${'y'.repeat(2_000_000)}\r\n\r\n`
    assert.match(await sendRaw(bus.url, head), /^HTTP\/1.1 431 /)
  })

  it('is answered before its body is read, also to a caller that sends more of it first', async () => {
    const socket = connect(Number(new URL(bus.url).port), '127.0.0.1')
    socket.on('error', () => {})
    socket.pause()
    const head = `PUT /v1/attachments/${'0'.repeat(64)} HTTP/1.1\r\nhost: a\r\nauthorization: Bearer a.b.c\r\n`
    socket.write(`${head}content-type: application/octet-stream\r\ncontent-length: 33554432\r\n\r\n`)
    socket.write(Buffer.alloc(33_554_432))
    for (let before = -1; before !== socket.writableLength; await pause(50)) before = socket.writableLength
    assert.ok(socket.writableLength > 0, 'the gateway does not take all of it')
    const [answer] = await once(socket.resume(), 'data')
    socket.destroy()
    assert.match(String(answer), /^HTTP\/1.1 401 /)
  })

  it('that asks before it sends its body is refused without being told to go on', async () => {
    for (const [length, status] of [
      ['9999999', 413],
      ['2', 401]
    ] as const) {
      const answer = await sendRaw(
        bus.url,
        `${post}expect: 100-continue\r\ncontent-length: ${length}\r\n\r\n`
      )
      assert.match(answer, new RegExp(`^HTTP/1.1 ${status} [^]*connection: close`))
    }
  })

  it('that asks before it sends its body is told to go on if the body will be read', async () => {
    const link = `POST /console/session HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\n`
    const socket = connect(Number(new URL(bus.url).port), '127.0.0.1')
    socket.write(`${link}expect: 100-continue\r\nconnection: close\r\ncontent-length: 2\r\n\r\n`)
    let text = ''
    for await (const bytes of socket) {
      text += bytes
      if (/^HTTP\/1.1 100 Continue\r\n\r\n$/.test(text)) socket.write('{}')
    }
    assert.match(text, /^HTTP\/1.1 100 Continue\r\n\r\nHTTP\/1.1 403 /)
  })

  it('with another expectation is served, which is ignored', async () => {
    const answer = await sendRaw(
      bus.url,
      'GET /problems HTTP/1.1\r\nhost: a\r\nexpect: cake\r\nconnection: close\r\n\r\n'
    )
    assert.match(answer, /^HTTP\/1.1 200 /)
  })
})
