import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { until } from '#tests/helpers/until.ts'
import { wasNeverSent } from '../../host/outbound/next-step.ts'
import { faults } from '../faults.ts'
import { hasCode } from '../fixtures/has-code.ts'
import { eventOf, notice, openSms, person } from '../fixtures/open.ts'

const long = 'Hồ sơ của ông bà cần bổ sung bản sao giấy chứng nhận. '.repeat(5)
const unaccentedLong = 'Ho so cua ong ba can bo sung ban sao giay chung nhan. '.repeat(5)

describe('a notice', () => {
  it('becomes one message from the brand name, without diacritics, with a report asked for', async (t) => {
    const { smsc, deliver } = await openSms(t)
    await deliver(notice())
    const [message] = smsc.messages
    assert.equal(smsc.messages.length, 1)
    assert.deepEqual(
      [message?.from, message?.to, message?.text, message?.dataCoding, message?.wantsReport],
      ['SO TU PHAP', person, 'Ho so da co ket qua', 0, true]
    )
  })

  it('keeps its diacritics if the settings say so', async (t) => {
    const { smsc, deliver } = await openSms(t, { settings: { unaccented: false, reports: false } })
    await deliver(notice({ text: 'Hồ sơ đã có kết quả 😀' }))
    const [message] = smsc.messages
    assert.deepEqual(
      [message?.text, message?.dataCoding, message?.wantsReport],
      ['Hồ sơ đã có kết quả 😀', 8, false]
    )
  })

  it('that is long goes out in parts that a phone joins, in either alphabet', async (t) => {
    for (const unaccented of [true, false]) {
      const { smsc, deliver } = await openSms(t, { settings: { unaccented, maxParts: 10 } })
      await deliver(notice({ text: long }))
      const parts = smsc.messages
      assert.equal(parts.length, unaccented ? 2 : 5)
      assert.equal(parts.map(({ text }) => text).join(''), unaccented ? unaccentedLong : long)
      const headers = parts.map(({ header }) => header[0]?.toString('hex') ?? '')
      const [joining = ''] = headers
      assert.deepEqual(
        headers,
        parts.map((_, at) => `${joining.slice(0, 6)}0${parts.length}0${at + 1}`)
      )
    }
  })

  it('that is long goes out whole if the centre splits it', async (t) => {
    const { smsc, deliver } = await openSms(t, { settings: { longMessages: 'payload' } })
    await deliver(notice({ text: long }))
    assert.deepEqual(
      smsc.messages.map(({ text }) => text),
      [unaccentedLong]
    )
  })

  it('of another channel is left to another connector', async (t) => {
    const { smsc, deliver } = await openSms(t)
    assert.equal(
      await deliver(notice({ channel: 'EMAIL', recipient: { address: 'a@example.vn' } })),
      undefined
    )
    assert.equal(smsc.attempts.length, 0)
  })

  it('that can never arrive fails at once, and its agency is told', async (t) => {
    const now = (): number => Date.parse('2026-12-01T22:00:00+07:00')
    const settings = { quietHours: { from: '21:00', to: '07:00' } }
    const { smsc, deliver } = await openSms(t, { now, settings })
    const impossible = [
      [{ expiresAt: '2020-01-01T00:00:00.000Z', urgent: true }, 'EXPIRED'],
      [{ expiresAt: '2026-12-01T23:00:00.000+07:00' }, 'EXPIRED'], // Within the quiet hours.
      [{ recipient: { address: '123' } }, 'UNKNOWN_ADDRESS']
    ] as const
    for (const [more, reason] of impossible) {
      const sent = notice(more as never)
      const item = eventOf((await deliver(sent))?.items?.[0])
      assert.equal(item.event.type, 'notification.failed.v1')
      assert.deepEqual([item.event.data.reason, item.event.data.isFinal], [reason, true])
      assert.deepEqual([item.event.causationid, item.answers?.state], [sent.event.id, 'rejected'])
    }
    assert.equal(smsc.attempts.length, 0)
    smsc.behaviour.status = 0x0b
    const refused = eventOf((await deliver(notice({ urgent: true })))?.items?.[0])
    assert.deepEqual(
      [refused.event.data.reason, refused.event.data.code],
      ['UNKNOWN_ADDRESS', 'ESME_RINVDSTADR (0xb)']
    )
  })

  it('waits in quiet hours, unless it is urgent', async (t) => {
    const now = (): number => Date.parse('2026-12-01T22:00:00+07:00')
    const { smsc, deliver } = await openSms(t, {
      now,
      settings: { quietHours: { from: '21:00', to: '07:00' } }
    })
    await assert.rejects(deliver(notice()), (error: { waitMs?: number }) => {
      return hasCode('BUS_PEER_FAILED', 'sms:quietHours')(error) && error.waitMs === 9 * 3_600_000
    })
    assert.equal(smsc.attempts.length, 0)
    await deliver(notice({ urgent: true }))
    assert.equal(smsc.messages.length, 1)
  })
})

describe('an answer of the centre', () => {
  it('that it is given too much has the notice wait', async (t) => {
    const { smsc, deliver } = await openSms(t, { settings: { throttledSeconds: 1 } })
    for (const status of [0x58, 0x14]) {
      smsc.behaviour.status = status
      await assert.rejects(deliver(notice()), (error: { waitMs?: number }) => {
        return hasCode('BUS_PEER_FAILED', 'sms:throttled')(error) && (error.waitMs ?? 0) > 900
      })
    }
    smsc.behaviour.status = undefined
    await deliver(notice())
    const [, second = 0, third = 0] = smsc.attempts
    assert.ok(third - second > 900, 'the next one waits, too')
  })

  const answers = [
    [0x0a, 'BUS_PEER_REFUSED', 'sms:refused'],
    [0x64, 'BUS_PEER_FAILED', 'sms:notTaken'],
    [0x400, 'BUS_PEER_FAILED', 'sms:notTaken'],
    [0x08, 'BUS_PEER_UNREACHABLE', 'sms:mayBeTaken'],
    [0x401, 'BUS_PEER_REFUSED', 'sms:refused']
  ] as const
  for (const [status, code, fault] of answers) {
    it(`0x${status.toString(16)} is ${fault}`, async (t) => {
      const { smsc, deliver } = await openSms(t, { settings: { statuses: { refused: [0x401] } } })
      smsc.behaviour.status = status
      await assert.rejects(deliver(notice()), hasCode(code, fault))
    })
  }

  it('to the second part is waited out: no part is sent twice', async (t) => {
    const { smsc, deliver } = await openSms(t, { settings: { throttledSeconds: 1 } })
    Object.assign(smsc.behaviour, { status: 0x58, takeBefore: 1 })
    const delivered = deliver(notice({ text: long }))
    await until(() => smsc.attempts.length === 2, 10_000)
    smsc.behaviour.status = undefined
    await delivered
    assert.equal(smsc.messages.map(({ text }) => text).join(''), unaccentedLong)
  })

  it('that refuses the second part leaves the notice in doubt', async (t) => {
    const { smsc, deliver } = await openSms(t)
    Object.assign(smsc.behaviour, { status: 0x0b, takeBefore: 1 })
    await assert.rejects(deliver(notice({ text: long })), (error) => {
      return hasCode('BUS_PEER_UNREACHABLE', 'sms:partlySent')(error) && !wasNeverSent(error)
    })
  })

  it('that comes in another order belongs to its own message', async (t) => {
    const { smsc, deliver, poll } = await openSms(t)
    smsc.behaviour.reverse = 3
    const events = [notice(), notice(), notice()]
    await Promise.all(events.map(deliver))
    smsc.behaviour.reverse = 1
    const [first] = smsc.messages
    assert.ok(first)
    smsc.report(first, { state: 'DELIVRD' })
    await until(async () => {
      const [item] = await poll()
      return item !== undefined && 'event' in item && item.event.subject === events[0]?.event.subject
    }, 10_000)
  })
})

describe('a centre', () => {
  it('that takes a message and answers nothing leaves it in doubt, within the time limit', async (t) => {
    const { smsc, deliver } = await openSms(t, { settings: { responseTimeoutMs: 300 } })
    smsc.behaviour.silent = true
    const startedAt = performance.now()
    await assert.rejects(deliver(notice()), (error) => {
      return hasCode('BUS_PEER_UNREACHABLE', 'sms:noAnswer')(error) && !wasNeverSent(error)
    })
    assert.ok(performance.now() - startedAt < 5000)
  })

  for (const fault of ['drop', 'cutAnswer'] as const) {
    it(`that takes a message and ends the connection (${fault}) leaves it in doubt`, async (t) => {
      const { smsc, deliver } = await openSms(t)
      smsc.behaviour[fault] = true
      await assert.rejects(deliver(notice()), (error) => {
        return hasCode('BUS_PEER_UNREACHABLE', 'sms:connectionLost')(error) && !wasNeverSent(error)
      })
    })
  }

  it('that is gone before a message is sent was not given it, and the host knows', async (t) => {
    const { smsc, deliver } = await openSms(t, { settings: { responseTimeoutMs: 300 } })
    smsc.behaviour.frozen = true
    await pause(300) // Its last sign of life is not fresh any more.
    await assert.rejects(deliver(notice()), (error) => {
      return hasCode('BUS_PEER_UNREACHABLE', 'sms:connectionLost')(error) && wasNeverSent(error)
    })
    assert.equal(smsc.attempts.length, 0)
  })

  it('is not given more at once than the window', async (t) => {
    const { smsc, deliver } = await openSms(t, { settings: { window: 2, responseTimeoutMs: 5000 } })
    smsc.behaviour.reverse = 100 // Nothing is answered yet.
    const delivered = Array.from({ length: 5 }, () => deliver(notice()))
    await until(() => smsc.attempts.length === 2, 10_000)
    await pause(200)
    assert.equal(smsc.attempts.length, 2)
    smsc.disconnect()
    const results = await Promise.allSettled(delivered)
    const unsent = results.map((one) => one.status === 'rejected' && wasNeverSent(one.reason))
    assert.deepEqual(unsent, [false, false, true, true, true], 'what was not sent is not in doubt')
  })

  it('that has lost the session is bound to again, and was not given the message', async (t) => {
    const { smsc, deliver, reopen } = await openSms(t)
    smsc.behaviour.status = 0x04
    await assert.rejects(deliver(notice()), (error) => {
      return hasCode('BUS_PEER_UNREACHABLE', 'sms:connectionLost')(error) && wasNeverSent(error)
    })
    smsc.behaviour.status = undefined
    await reopen()
    await deliver(notice())
    assert.equal(smsc.messages.length, 1)
  })

  it('that ends the session between two parts leaves the notice in doubt', async (t) => {
    const { smsc, deliver, session } = await openSms(t)
    const delivered = deliver(notice({ text: long }))
    session.pace.slowDown()
    const { inWindow } = session.pace
    let sent = 0
    Object.assign(session.pace, {
      inWindow: (work: () => Promise<unknown>, signal: AbortSignal) => {
        sent += 1
        if (sent === 2) session.connection.end(faults.connectionLost({ values: { problem: 'closed' } }))
        return inWindow(work, signal)
      }
    })
    await assert.rejects(delivered, (error) => !wasNeverSent(error))
    assert.equal(smsc.messages.length, 1)
  })

  it('is given messages at the rate that the operator allows, parts counted', async (t) => {
    const { smsc, deliver } = await openSms(t, { settings: { messagesPerSecond: 10 } })
    await Promise.all([deliver(notice({ text: long })), deliver(notice()), deliver(notice())])
    const at = smsc.attempts
    assert.equal(at.length, 4)
    assert.ok((at[3] ?? 0) - (at[0] ?? 0) > 250, 'four messages take 300 ms')
  })
})
