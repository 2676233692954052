import assert from 'node:assert/strict'
import type { Socket } from 'node:net'
import { describe, it } from 'node:test'
import { until } from '#tests/helpers/until.ts'
import { wasNeverSent } from '../../host/outbound/next-step.ts'
import { hasCode } from '../fixtures/has-code.ts'
import { notice, openSms, person } from '../fixtures/open.ts'
import { startRawCentre } from '../fixtures/raw-centre.ts'
import { type Pdu, writePdu } from './pdu.ts'

const limit = { responseTimeoutMs: 300 }
const answer = (sequence: number, more: object = {}): Buffer =>
  writePdu({ command: 'submit_sm_resp', sequence, fields: { message_id: '1' }, ...more })

describe('a message is in doubt, and its delivery ends in time, when a centre', () => {
  const centres: Readonly<Record<string, readonly [string, (pdu: Pdu, socket: Socket) => unknown]>> = {
    'answers another message': ['noAnswer', ({ sequence }, socket) => socket.write(answer(sequence + 1))],
    'answers another command': [
      'noAnswer',
      ({ sequence }, socket) => socket.write(answer(sequence, { command: 'data_sm_resp' }))
    ],
    'begins an answer and sends no more': [
      'noAnswer',
      ({ sequence }, socket) => socket.write(answer(sequence).subarray(0, 17))
    ],
    'answers with a generic_nack that names no error': [
      'connectionLost',
      ({ sequence }, socket) => socket.write(writePdu({ command: 'generic_nack', sequence }))
    ],
    'ends the session instead of an answer': [
      'connectionLost',
      (_, socket) => socket.write(writePdu({ command: 'unbind', sequence: 1 }))
    ],
    'closes the connection in the middle of an answer': [
      'connectionLost',
      ({ sequence }, socket) => socket.end(answer(sequence).subarray(0, 17))
    ],
    'answers with a PDU of 2 GB': [
      'connectionLost',
      (_, socket) => socket.write(Buffer.from('7fffffff800000040000000000000002', 'hex'))
    ]
  }
  for (const [what, [fault, act]] of Object.entries(centres)) {
    it(what, async (t) => {
      const submits: string[] = []
      const port = await startRawCentre(t, (pdu, socket) => {
        if (pdu.command !== 'submit_sm') return
        submits.push(pdu.command)
        if (submits.length === 1) act(pdu, socket)
        else socket.write(answer(pdu.sequence))
      })
      const { deliver, reopen } = await openSms(t, { settings: { ...limit, port } })
      await assert.rejects(deliver(notice()), (error) => {
        return hasCode('BUS_PEER_UNREACHABLE', `sms:${fault}`)(error) && !wasNeverSent(error)
      })
      await reopen()
      await deliver(notice())
      assert.equal(submits.length, 2, 'the next notice went out, and the first one not again')
    })
  }
})

describe('a centre', () => {
  const given = (count: number): Buffer => {
    const pdus = Array.from({ length: count }, (_, index) =>
      writePdu({
        ...{ command: 'deliver_sm', sequence: index + 1 },
        fields: { source_addr: person, short_message: Buffer.from(`TL ${index}`) }
      })
    )
    return Buffer.concat(pdus)
  }

  it('that gives 20,000 messages at once is told to keep those beyond 1,000, and notices go on', async (t) => {
    const statuses = new Map<number, number>()
    const flood = given(20_000)
    const port = await startRawCentre(t, ({ command, sequence, status }, socket) => {
      if (command === 'bind_transceiver') socket.write(flood)
      if (command === 'submit_sm') socket.write(answer(sequence))
      if (command === 'deliver_sm_resp') statuses.set(status, (statuses.get(status) ?? 0) + 1)
    })
    const { deliver, items } = await openSms(t, {
      settings: { port, responseTimeoutMs: 10_000, answers: { codePattern: '^TL (\\S+)', otherCodes: true } }
    })
    await until(() => statuses.get(0x14) === 19_000, 10_000)
    await deliver(notice())
    assert.equal((await items(1000)).length, 1000)
    await until(() => statuses.get(0) === 1000, 10_000)
  })

  it('that asks without end and reads no answer is given up, with the reason', async (t) => {
    const questions = writePdu({ command: 'enquire_link', sequence: 1 })
    const many = Buffer.alloc(questions.length * 10_000, questions)
    const port = await startRawCentre(t, ({ command }, socket) => {
      if (command !== 'bind_transceiver') return
      socket.pause()
      const ask = (error?: Error | null): void => void (error || socket.write(many, ask))
      ask()
    })
    const { session } = await openSms(t, { settings: { port } })
    await until(() => session.connection.ended() !== undefined, 20_000)
    assert.match(session.connection.ended()?.message ?? '', /takes no answers/)
  })
})
