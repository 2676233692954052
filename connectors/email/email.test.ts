import assert from 'node:assert/strict'
import { it } from 'node:test'
import { freePort } from '#deploy/servers/free-port.ts'
import { retry } from '#protocol/timing/retry.ts'
import { describeOnMail } from '#tests/helpers/servers/mail-servers.ts'
import { startTcpProxy } from '#tests/helpers/tcp-proxy.ts'
import type { InboundItem } from '../connector.ts'
import { startLine } from './fixtures/line.ts'
import { mailsOf, put, send } from './fixtures/mailbox.ts'
import { eventOf, noticeOf, openEmail } from './fixtures/open.ts'

describeOnMail('email: notices and what comes of them, on real servers', (mail) => {
  /** The mail for a notice in the mailbox of its recipient. */
  const arrived = async (hash: string): Promise<string> =>
    retry(
      async () => {
        const found = (await mailsOf(mail(), 'an@bus.test')).filter((one) => one.includes(hash))
        assert.equal(found.length, 1)
        return String(found[0])
      },
      { waitMs: () => 50, longestMs: 15_000 }
    )
  const replyTo = ({ hash }: { readonly hash: string }) => ({
    ...{ from: 'Công Dân Mẫu <an@bus.test>', to: `bus+${hash.slice(0, 32)}@bus.test` },
    ...{ subject: 'Re: Yêu cầu bổ sung hồ sơ', inReplyTo: `<lt.${hash}@bus.test>` }
  })

  it('sends a notice with its file, under a Message-ID of its own', async (t) => {
    const { deliver, io } = await openEmail(t, mail())
    const file = await io.attach('Giấy mời số 5.pdf', 'application/pdf', Buffer.from('%PDF-1.4\n'))
    const notice = noticeOf({ attachments: [file] as never })
    await deliver(notice)
    const text = await arrived(notice.hash)
    assert.match(text, new RegExp(`^Message-ID:\\s+<lt\\.${notice.hash}@bus\\.test>`, 'm'))
    assert.match(text, /^Auto-Submitted: auto-generated/m)
    assert.match(text, new RegExp(`^Reply-To:[^<]*<bus\\+${notice.hash.slice(0, 32)}@bus\\.test>`, 'm'))
    assert.match(text, /JVBERi0xLjQK/)
  })

  it('sends and polls at IPv6 addresses', async (t) => {
    const { smtp, imap } = mail().ports
    const at = async (port: number) => ({ host: '::1', port: (await startTcpProxy(t, port, '::1')).port })
    const { deliver, pollUntil } = await openEmail(t, mail(), { smtp: await at(smtp), imap: await at(imap) })
    const notice = noticeOf()
    await deliver(notice)
    await arrived(notice.hash)
    await send(mail(), { ...replyTo(notice), text: 'Tôi gửi bản sao.' })
    await pollUntil('answered')
  })

  it('does not send files that do not fit, and names them', async (t) => {
    const { deliver, io } = await openEmail(t, mail(), { smtp: { attachmentBytes: 10 } })
    const small = await io.attach('nho.txt', 'text/plain', Buffer.from('nho'))
    const large = await io.attach('lon.txt', 'text/plain', Buffer.from('lon hon 10 byte'))
    const notice = noticeOf({ text: 'Kem tep.', attachments: [small, large] as never })
    await deliver(notice)
    const text = await arrived(notice.hash)
    assert.match(text, /filename=nho\.txt/)
    assert.doesNotMatch(text, /filename=lon\.txt/)
    assert.match(text, /lon\.txt \(15 byte\)/)
  })

  it('ties an answer to its notice and case, without what it quotes', async (t) => {
    const { deliver, pollUntil } = await openEmail(t, mail())
    const notice = noticeOf()
    await deliver(notice)
    await arrived(notice.hash)
    const quote = 'Vào 08:00 03/02/2025, Một cửa <bus@bus.test> đã viết:\n> Hồ sơ cần bổ sung'
    await send(mail(), {
      ...replyTo(notice),
      text: `Tôi gửi bản sao.\n\n${quote}`,
      attachments: [{ filename: 'Bản sao.pdf', content: '%PDF' }]
    })
    const [event] = await pollUntil('answered')
    assert.ok(event)
    const { subject, recipients, correlationid, causationid, data } = event
    assert.deepEqual([subject, recipients], [notice.event.subject, ['000.00.92.H03']])
    assert.deepEqual([correlationid, causationid], [notice.event.correlationid, notice.event.id])
    assert.deepEqual(
      [data.kind, data.text, data.from, data.caseSubject],
      [
        'REPLY',
        'Tôi gửi bản sao.',
        { address: 'an@bus.test', name: 'Công Dân Mẫu' },
        notice.event.data.caseSubject
      ]
    )
    const [file] = data.attachments as { name: string; size: number }[]
    assert.deepEqual([file?.name, file?.size], ['Bản sao.pdf', 4])
  })

  it('finds the notice by the plus address alone, and by References alone', async (t) => {
    const { deliver, pollUntil } = await openEmail(t, mail())
    const [one, other] = [noticeOf(), noticeOf()]
    await deliver(one)
    await deliver(other)
    const { from, to } = replyTo(one)
    await send(mail(), { from, to, subject: 'x', text: 'một' })
    await send(mail(), {
      from,
      to: 'bus@bus.test',
      subject: 'x',
      text: 'hai',
      references: `<lt.${other.hash}@bus.test>`
    })
    const events = await pollUntil('answered', 2)
    const found = events.map(({ subject, data }) => [subject, data.text])
    assert.deepEqual(
      found.toSorted(),
      [
        [one.event.subject, 'một'],
        [other.event.subject, 'hai']
      ].toSorted()
    )
  })

  it('tells who is away from who answers', async (t) => {
    const { deliver, pollUntil } = await openEmail(t, mail())
    const notice = noticeOf()
    await deliver(notice)
    await send(mail(), {
      ...{ ...replyTo(notice), subject: 'Trả lời tự động: vắng mặt', text: 'Tôi nghỉ phép.' },
      headers: { 'Auto-Submitted': 'auto-replied' }
    })
    const [event] = await pollUntil('answered')
    assert.equal(event?.data.kind, 'OUT_OF_OFFICE')
  })

  it('tells at once of a recipient that the server rejects, and of what is no address', async (t) => {
    const { deliver } = await openEmail(t, mail())
    for (const [address, code] of [
      ['nobody@bus.test', '5.2.4'],
      ['khong phai dia chi', '5.1.3'],
      ['a@b.vn\r\nBcc: evil@x.vn', '5.1.3'],
      ['người@bus.test', '5.6.7']
    ] as const) {
      const notice = noticeOf({ recipient: { address } })
      const { items = [], marks } = await deliver(notice)
      assert.equal(marks, undefined)
      const { type, data, subject } = eventOf(items[0])
      assert.deepEqual([type, subject], ['notification.failed.v1', notice.event.subject])
      assert.deepEqual([data.reason, data.isFinal, data.code], ['UNKNOWN_ADDRESS', true, code])
    }
  })

  it('reports a bounce that comes later', async (t) => {
    const { deliver, pollUntil } = await openEmail(t, mail())
    const notice = noticeOf({ recipient: { address: 'ghost@bus.test' } })
    await deliver(notice)
    const [event] = await pollUntil('failed')
    assert.equal(event?.subject, notice.event.subject)
    const { reason, isFinal, address } = event?.data ?? {}
    assert.deepEqual([reason, isFinal, address], ['UNKNOWN_ADDRESS', true, 'ghost@bus.test'])
  })

  it('reports what the server of the recipient says was delivered', async (t) => {
    const { deliver, pollUntil } = await openEmail(t, mail())
    const notice = noticeOf()
    await deliver(notice)
    const [event] = await pollUntil('delivered')
    assert.equal(event?.subject, notice.event.subject)
  })

  it('sends nothing after its time, and nothing that is for SMS', async (t) => {
    const { deliver } = await openEmail(t, mail())
    const late = await deliver(noticeOf({ expiresAt: '2026-01-01T00:00:00.000Z' }))
    assert.equal(eventOf(late.items?.[0]).data.reason, 'EXPIRED')
    assert.deepEqual(await deliver(noticeOf({ channel: 'SMS' })), {})
  })

  it('rejects a line break in each field that the head of a mail has', async (t) => {
    const { deliver } = await openEmail(t, mail())
    const bad = 'x\r\nBcc: evil@x.vn'
    const recipient = { address: 'an@bus.test', name: bad }
    for (const data of [{ title: bad }, { senderName: bad }, { recipient }, { title: 'x\u2028y' }]) {
      await assert.rejects(deliver(noticeOf(data as never)), { code: 'BUS_PEER_REFUSED' })
    }
  })

  it('finds the copy of a mail that it sent, and knows one that it did not', async (t) => {
    const copies = { address: 'bus@bus.test', waitSeconds: 2 }
    const { deliver, lookUp, poll } = await openEmail(t, mail(), { imap: { copies } })
    const notice = noticeOf()
    await deliver(notice)
    assert.equal(typeof (await lookUp(notice)), 'object')
    assert.equal(await lookUp(noticeOf()), 'not-done')
    const own = (await poll()).filter((item: InboundItem) => JSON.stringify(item).includes(notice.hash))
    assert.deepEqual(own, []) // The copy is no event.
  })

  it('pauses for a wrong password', async (t) => {
    const wrong = { user: 'bus@bus.test', password: 'wrong' }
    const credentials = { code: 'BUS_PEER_CREDENTIALS' }
    await assert.rejects(openEmail(t, mail(), { imap: wrong, smtp: false }), credentials)
    const { poll } = await openEmail(t, mail(), { imap: wrong })
    await assert.rejects(poll(), credentials)
  })

  it('sends notices while the mailbox is away', async (t) => {
    const { deliver, poll } = await openEmail(t, mail(), { imap: { port: await freePort() } })
    const notice = noticeOf()
    await deliver(notice)
    await arrived(notice.hash)
    await assert.rejects(poll(), { code: 'BUS_PEER_UNREACHABLE' })
  })

  it('looks for all copies over one connection', async (t) => {
    const line = await startLine(t, mail().ports.imap)
    const copies = { address: 'bus@bus.test', waitSeconds: 2 }
    const { lookUp } = await openEmail(t, mail(), { imap: { port: line.port, copies } })
    const found = await Promise.all([1, 2, 3, 4].map(() => lookUp(noticeOf())))
    assert.deepEqual(new Set(found), new Set(['not-done']))
    assert.equal(line.connections, 1)
  })

  it('tells that an answer comes from another address than the notice went to', async (t) => {
    const { deliver, poll, pollUntil } = await openEmail(t, mail(), { smtp: { reports: false } })
    await poll()
    const notice = noticeOf()
    await deliver(notice)
    await put(
      mail(),
      'bus@bus.test',
      `From: khac@x.vn\r\nIn-Reply-To: <lt.${notice.hash}@bus.test>\r\n\r\nDong y.\r\n`
    )
    const [event] = await pollUntil('answered')
    assert.match(String(event?.data.text), /^Dong y\.\n\n\[Thư trả lời đến từ địa chỉ khác/)
  })

  it('wakes the host when mail comes', async (t) => {
    const { promise, resolve } = Promise.withResolvers<void>()
    const { poll } = await openEmail(t, mail(), { io: { wake: resolve } })
    await poll()
    await put(mail(), 'bus@bus.test', 'From: a@bus.test\r\nSubject: x\r\n\r\nx\r\n')
    await promise
  })
})
