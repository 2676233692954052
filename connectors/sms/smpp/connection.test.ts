import assert from 'node:assert/strict'
import { describe, it, type TestContext } from 'node:test'
import { connectorIo } from '#tests/helpers/connector-io.ts'
import { startTcpProxy } from '#tests/helpers/tcp-proxy.ts'
import { until } from '#tests/helpers/until.ts'
import { hasCode } from '../fixtures/has-code.ts'
import { openSms, person } from '../fixtures/open.ts'
import { startRawCentre } from '../fixtures/raw-centre.ts'
import { vectorCases } from '../fixtures/vectors.ts'
import sms from '../index.ts'
import { createFrames } from './frames.ts'
import { type Pdu, readPdu, writePdu } from './pdu.ts'

describe('a connection', () => {
  const binds = [
    [0x0e, 'BUS_PEER_CREDENTIALS', 'sms:credentials'],
    [0x0f, 'BUS_PEER_CREDENTIALS', 'sms:credentials'],
    [0x05, 'BUS_PEER_FAILED', 'sms:alreadyBound'],
    [0x0d, 'BUS_PEER_FAILED', 'sms:bindFailed']
  ] as const
  for (const [status, code, fault] of binds) {
    it(`whose bind is answered with 0x${status.toString(16)} is ${fault}, and ends`, async (t) => {
      const { smsc, settings, io } = await openSms(t)
      smsc.behaviour.bindStatus = status
      await assert.rejects(async () => sms.connect(settings, io), hasCode(code, fault))
      await until(() => smsc.sessions() === 1, 10_000)
    })
  }

  it('reaches a centre by its IPv6 address', async (t) => {
    const { smsc, settings, io } = await openSms(t)
    const { port } = await startTcpProxy(t, smsc.port, '::1')
    const session = await sms.connect({ ...settings, host: '::1', port }, io)
    await until(() => smsc.sessions() === 2, 10_000)
    await session.close()
  })

  it('that is quiet is tried, and ends when nothing answers', async (t) => {
    const { smsc, session } = await openSms(t, { settings: { enquireSeconds: 1, responseTimeoutMs: 200 } })
    smsc.behaviour.frozen = true
    await until(() => session.connection.ended() !== undefined, 10_000)
    await assert.rejects(
      async () => sms.inbound?.poll(session, undefined, connectorIo(t)),
      hasCode('BUS_PEER_UNREACHABLE', 'sms:noAnswer')
    )
  })

  it('takes 3,000 messages that come at once, each once, though it keeps 1,000 of them', async (t) => {
    const settings = { answers: { codePattern: '^TL (\\S+)', otherCodes: true } }
    const { smsc, items, poll } = await openSms(t, { settings, smsc: { window: 3000 } })
    for (let at = 0; at < 3000; at += 1) smsc.say(person, `TL ${at}`)
    const all = await items(3000)
    assert.equal(new Set(all.map(({ reference }) => reference)).size, 3000)
    assert.deepEqual(await poll(), [])
  })
})

describe('what a centre sends', () => {
  const header = (length: number, id = 5): Buffer => {
    const octets = Buffer.alloc(16)
    ;[length, id, 0, 7].forEach((value, at) => void octets.writeUInt32BE(value, at * 4))
    return octets
  }
  const breaking: Readonly<Record<string, Buffer>> = {
    'a length of 2 GB': header(0x7fff_ffff),
    'a length of 0': header(0),
    'a length of 15': header(15),
    'a page of HTML': Buffer.from('HTTP/1.1 200 OK\r\n\r\n<html>'),
    'zeros without an end': Buffer.alloc(1_000_000)
  }
  for (const [what, octets] of Object.entries(breaking)) {
    it(`${what} ends the connection with its reason`, async (t) => {
      const { smsc, session } = await openSms(t)
      smsc.write(octets)
      await until(() => session.connection.ended() !== undefined, 10_000)
      assert.equal(session.connection.ended()?.fault, 'sms:connectionLost')
    })
  }

  it('every PDU of the vectors, whole, cut at every octet and with any octet changed, is read or named', () => {
    for (const { hex } of vectorCases('pdus')) {
      const octets = Buffer.from(hex, 'hex')
      for (let at = 0; at < octets.length; at += 1) {
        if (at >= 16) readPdu(octets.subarray(0, at))
        const changed = Buffer.from(octets)
        changed[at] = (changed[at] ?? 0) ^ 0xff
        readPdu(changed)
      }
    }
  })

  it('unreadable requests are answered, and the connection goes on', async (t) => {
    const answers = await answersTo(t, [
      header(16), // deliver_sm without a body
      writePdu({ command: 'deliver_sm', sequence: 8, fields: { source_addr: '9'.repeat(60) } }),
      header(16, 0x77),
      writePdu({ command: 'enquire_link', sequence: 9 }),
      writePdu({ command: 'submit_sm_resp', sequence: 999 })
    ])
    assert.deepEqual(
      answers.slice(0, 4).map(({ command, status, sequence }) => [command, status, sequence]),
      [
        ['deliver_sm_resp', 0x02, 7],
        ['deliver_sm_resp', 0x0a, 8],
        ['generic_nack', 0x03, 7],
        ['enquire_link_resp', 0, 9]
      ]
    )
  })

  it('octet by octet is read, and one PDU of 60,000 octets as well', () => {
    const whole = writePdu({
      ...{ command: 'deliver_sm', sequence: 1 },
      tlvs: [{ tag: 0x0424, value: Buffer.alloc(60_000, 'a') }]
    })
    const take = createFrames()
    const frames = Array.from(whole, (octet) => take(Buffer.from([octet])) ?? []).flat()
    assert.deepEqual(frames, [whole])
  })
})

/** What a client answers to these PDUs after its bind. */
async function answersTo(t: TestContext, requests: readonly Buffer[]): Promise<readonly Pdu[]> {
  const answers: Pdu[] = []
  const port = await startRawCentre(t, (pdu, socket) => {
    if (pdu.command !== 'bind_transceiver') answers.push(pdu)
    else socket.write(Buffer.concat(requests))
  })
  const { session } = await openSms(t, { settings: { port } })
  await until(() => answers.length >= 4, 10_000)
  assert.equal(session.connection.ended(), undefined)
  return answers
}
