import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { until } from '#tests/helpers/until.ts'
import { eventOf, notice, type OpenedSms, openSms, person } from '../fixtures/open.ts'
import sms from '../index.ts'

const long = 'a'.repeat(300)

describe('a delivery report', () => {
  const forms = [
    { form: 'text' },
    { form: 'tlv' },
    { form: 'both', hexIds: true },
    { form: 'text', hexIds: true }
  ] as const
  for (const { form, ...ids } of forms) {
    it(`in the form ${JSON.stringify({ form, ...ids })} tells the agency that the notice arrived`, async (t) => {
      const { smsc, deliver, items } = await openSms(t)
      Object.assign(smsc.behaviour, { reports: { state: 'DELIVRD', form }, ...ids })
      const sent = notice()
      await deliver(sent)
      const { event, settles, answers } = eventOf((await items(1))[0])
      const { subject } = sent.event
      assert.equal(event.type, 'notification.delivered.v1')
      assert.deepEqual(
        [event.subject, event.recipients, event.causationid, event.correlationid],
        [subject, ['000.00.05.H03'], sent.event.id, 'HS-1']
      )
      assert.deepEqual(
        [event.data.notificationId, event.data.parts, event.data.caseSubject],
        [subject, 1, 'HS-1']
      )
      assert.deepEqual(settles, { event: sent.hash, as: 'done' })
      assert.deepEqual(answers, {
        sender: '000.00.05.H03',
        subject,
        state: 'accepted',
        code: 'DELIVRD 000'.slice(0, form === 'tlv' ? 7 : 11)
      })
    })
  }

  const failures = [
    ['UNDELIV', 'UNREACHABLE'],
    ['EXPIRED', 'EXPIRED'],
    ['REJECTD', 'REFUSED'],
    ['UNKNOWN', 'OTHER']
  ]
  for (const [state = '', reason] of failures) {
    it(`with ${state} tells the agency that it failed`, async (t) => {
      const { smsc, deliver, items } = await openSms(t)
      smsc.behaviour.reports = { state, error: '027' }
      await deliver(notice())
      const { event, answers } = eventOf((await items(1))[0])
      assert.equal(event.type, 'notification.failed.v1')
      assert.deepEqual(
        [event.data.reason, event.data.isFinal, event.data.code],
        [reason, true, `${state} 027`]
      )
      assert.equal(answers?.state, 'rejected')
    })
  }

  it('that is not the last one tells nothing', async (t) => {
    const opened = await openSms(t)
    const { smsc, deliver } = opened
    smsc.behaviour.reports = { state: 'ENROUTE' }
    await deliver(notice())
    await nothingMore(opened)
  })

  it('that comes before the answer to its message is tied to it', async (t) => {
    const { smsc, deliver, poll, items } = await openSms(t)
    Object.assign(smsc.behaviour, { reports: { state: 'DELIVRD' }, reportFirst: true, answerDelayMs: 900 })
    const delivered = deliver(notice())
    await until(() => smsc.messages.length === 1, 10_000)
    await pause(100) // The report is there by now.
    assert.deepEqual(await poll(), [])
    await delivered
    assert.equal(eventOf((await items(1))[0]).event.type, 'notification.delivered.v1')
  })

  it('of each part makes a long notice arrive, and one of a part makes it fail, once', async (t) => {
    const { smsc, deliver, items } = await openSms(t)
    await deliver(notice({ text: long }))
    await deliver(notice({ text: long }))
    const [a, b, c, d] = smsc.messages
    assert.ok(a && b && c && d)
    smsc.report(b, { state: 'DELIVRD' })
    const early = await items(1)
    assert.ok(!('event' in (early[0] ?? {})), 'one of two parts says nothing yet')
    smsc.report(a, { state: 'DELIVRD' })
    assert.equal(eventOf((await items(1))[0]).event.type, 'notification.delivered.v1')
    smsc.report(c, { state: 'UNDELIV' })
    assert.equal(eventOf((await items(1))[0]).event.type, 'notification.failed.v1')
    smsc.report(d, { state: 'UNDELIV' })
    assert.ok(!('event' in ((await items(1))[0] ?? {})), 'it failed before')
  })

  it('is kept by the centre until it is stored', async (t) => {
    const opened = await openSms(t)
    const { smsc, deliver, session, io, items } = opened
    await deliver(notice())
    const [message] = smsc.messages
    assert.ok(message)
    smsc.report(message, { state: 'DELIVRD' })
    const pollUnstored = () => sms.inbound?.poll(session, undefined, io)
    await until(async () => ((await pollUnstored())?.items.length ?? 0) > 0, 10_000)
    await opened.reopen()
    assert.equal(eventOf((await items(1))[0]).event.type, 'notification.delivered.v1')
    await opened.reopen()
    await nothingMore(opened)
  })

  it('about no message of ours is passed over after a while, and told in the log', async (t) => {
    let shiftedMs = 0
    const opened = await openSms(t, { now: () => Date.now() + shiftedMs })
    const { smsc, logged, poll } = opened
    smsc.give({
      source_addr: person,
      esm_class: 4,
      short_message: Buffer.from('id:99999 stat:DELIVRD err:000')
    })
    await nothingMore(opened)
    shiftedMs = 2 * 3_600_000
    assert.deepEqual(await poll(), [])
    assert.ok(logged.some((line) => line.includes('no message of this instance')))
  })
})

describe('a delivery in doubt', () => {
  for (const reference of [true, false]) {
    it(`is settled by its report, ${reference ? 'by its reference' : 'by its number and first words, once no other notice can be meant'}`, async (t) => {
      let shiftedMs = 0
      const opened = await openSms(t, { now: () => Date.now() + shiftedMs })
      const { smsc, deliver, items } = opened
      const sent = notice({ text: 'Hồ sơ 17 đã có kết quả' })
      smsc.behaviour.drop = true
      await assert.rejects(deliver(sent))
      smsc.behaviour.drop = false
      await opened.reopen()
      assert.equal(await sms.outbound?.lookUp?.(opened.session, sent, opened.io), 'unknown')
      await nothingMore(opened)
      await opened.reopen() // What is in doubt stands in the cursor.
      const [message] = smsc.messages
      assert.ok(message)
      smsc.report(message, { state: 'DELIVRD', reference })
      if (!reference) {
        await nothingMore(opened) // The answer to another notice to the same person may still come.
        shiftedMs = 61_000
      }
      const { settles, event } = eventOf((await items(1))[0])
      assert.deepEqual(settles, { event: sent.hash, as: 'done' })
      assert.equal(event.subject, sent.event.subject)
    })
  }

  it('is not settled by a report to another number, or about other words, or about one of two', async (t) => {
    let shiftedMs = 0
    const opened = await openSms(t, { now: () => Date.now() + shiftedMs })
    const { smsc, io } = opened
    for (const text of ['Mời họp lúc 9h tại xã', 'Mời họp lúc 9h tại xã'])
      await sms.outbound?.lookUp?.(opened.session, notice({ text }), io)
    await sms.outbound?.lookUp?.(opened.session, notice({ text: 'Hồ sơ 17 đã có kết quả' }), io)
    const about = (text: string): Buffer => Buffer.from(`id:4711 stat:DELIVRD err:000 text:${text}`)
    smsc.give({ source_addr: '84909999999', esm_class: 4, short_message: about('Ho so 17 da co ket q') })
    smsc.give({ source_addr: person, esm_class: 4, short_message: about('Moi den hop luc 8h') })
    smsc.give({ source_addr: person, esm_class: 4, short_message: about('Moi hop luc 9h tai x') })
    await nothingMore(opened)
    shiftedMs = 61_000
    await nothingMore(opened)
  })
})

describe('a message of a person', () => {
  it('answers the last notice to the number, and comes whole', async (t) => {
    const { smsc, deliver, items } = await openSms(t)
    await deliver(notice())
    const last = notice()
    await deliver(last)
    const text = 'Tôi đã nộp bổ sung giấy tờ tại bộ phận một cửa sáng nay, xin kiểm tra giúp. Cảm ơn! 😀'
    smsc.say(person, text)
    const { event } = eventOf((await items(1))[0])
    assert.equal(event.type, 'notification.answered.v1')
    assert.deepEqual(
      [event.subject, event.recipients, event.data.caseSubject, event.correlationid],
      [last.event.subject, ['000.00.05.H03'], 'HS-1', 'HS-1']
    )
    assert.deepEqual(
      [event.data.text, event.data.kind, event.data.from],
      [text, 'REPLY', { address: person }]
    )
  })

  const codes = { answers: { codePattern: '^TL (\\S+)' } }

  it('answers the notice that it names, however a phone wrote it, and from whatever number', async (t) => {
    const { smsc, deliver, items } = await openSms(t, { settings: codes })
    const [named, last] = [notice(), notice()]
    await deliver(named)
    await deliver(last)
    smsc.say('84909999999', `tl ${named.event.subject?.toLowerCase()} đồng ý`)
    const { event } = eventOf((await items(1))[0])
    assert.deepEqual(
      [event.subject, event.recipients, event.causationid],
      [named.event.subject, ['000.00.05.H03'], named.event.id]
    )
  })

  it('with a code of no notice answers the last one, or none', async (t) => {
    const opened = await openSms(t, { settings: codes })
    const { smsc, deliver, items } = opened
    const last = notice()
    await deliver(last)
    smsc.say('84909999999', 'TL OTHER-CASE-7 hủy hồ sơ')
    await nothingMore(opened)
    smsc.say(person, 'TL xin chào cán bộ')
    assert.equal(eventOf((await items(1))[0]).event.subject, last.event.subject)
    smsc.say(person, `${'a'.repeat(160)} TL ${last.event.subject}`)
    assert.equal(eventOf((await items(1))[0]).event.subject, last.event.subject)
  })

  it('that lacks a part is given after a while with a sign in the gap; nobody sees it in the cursor', async (t) => {
    let shiftedMs = 0
    const opened = await openSms(t, { now: () => Date.now() + shiftedMs })
    const { smsc, deliver, session, io } = opened
    await deliver(notice())
    const part = (number: number, text: string) => ({
      ...{ source_addr: person, esm_class: 0x40 },
      short_message: Buffer.concat([Buffer.from([5, 0, 3, 7, 3, number]), Buffer.from(text)])
    })
    smsc.give(part(1, 'Toi khong'))
    smsc.give(part(3, 'dong y'))
    await until(() => session.inbox.batch()?.waiting.length === 2, 10_000)
    const { cursor } = (await sms.inbound?.poll(session, undefined, io)) ?? {}
    assert.equal(cursor?.split('\n')[0], '')
    assert.match(cursor ?? '', /Toi khong/)
    await nothingMore(opened)
    shiftedMs = 2 * 3_600_000
    const { event } = eventOf((await opened.items(1))[0])
    assert.equal(event.data.text, 'Toi khong [… thiếu phần 2/3 …] dong y')
  })

  it('keeps its words, without what a text of an event may not have', async (t) => {
    const { smsc, deliver, items } = await openSms(t)
    await deliver(notice())
    smsc.say(person, 'Số \u202d0901234567\u202c\f\0\ufffe\u0007 nhé\0\0')
    const { event } = eventOf((await items(1))[0])
    assert.equal(event.data.text, 'Số 0901234567\n nhé')
  })

  it('that comes again is the same item', async (t) => {
    const { smsc, deliver, items } = await openSms(t)
    await deliver(notice())
    smsc.say(person, 'Vâng')
    const [first] = await items(1)
    smsc.again()
    assert.equal((await items(1))[0]?.reference, first?.reference)
  })

  it('to an old notice, or to none, is passed over and told in the log', async (t) => {
    let shiftedMs = 0
    const opened = await openSms(t, {
      now: () => Date.now() + shiftedMs,
      settings: { answers: { withinHours: 1 } }
    })
    const { smsc, deliver, logged } = opened
    await deliver(notice())
    smsc.say('84909999999', 'Ai đấy?')
    shiftedMs = 2 * 3_600_000
    smsc.say(person, 'Vâng')
    await nothingMore(opened)
    assert.equal(logged.filter((line) => line.includes('answers no notice')).length, 2)
  })

  it('that looks like a report is none', async (t) => {
    const { smsc, deliver, items } = await openSms(t)
    await deliver(notice())
    smsc.give({
      source_addr: person,
      esm_class: 0,
      short_message: Buffer.from('id:100000 stat:DELIVRD err:000')
    })
    assert.equal(eventOf((await items(1))[0]).event.type, 'notification.answered.v1')
  })

  it('that cannot be read is quarantined with its reason', async (t) => {
    const { smsc, items } = await openSms(t)
    smsc.give({ source_addr: person, esm_class: 0x40, short_message: Buffer.from('0abc') })
    const [item] = await items(1)
    assert.ok(item && 'fault' in item)
    assert.equal(item.fault.fault, 'sms:messageUnreadable')
  })
})

/** Whatever the centre has is taken, and becomes nothing. */
async function nothingMore(opened: OpenedSms): Promise<void> {
  for (let round = 0; round < 5; round += 1) {
    assert.deepEqual(await opened.poll(), [])
    await pause(30)
  }
}
