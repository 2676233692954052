import assert from 'node:assert/strict'
import { createServer, type Socket } from 'node:net'
import { it, type TestContext } from 'node:test'
import { describeOnMail } from '#tests/helpers/servers/mail-servers.ts'
import type { InboundItem } from '../connector.ts'
import { put } from './fixtures/mailbox.ts'
import { eventOf, noticeOf, openEmail } from './fixtures/open.ts'

describeOnMail('email: what others may send, on real servers', (mail) => {
  const own = 'bus@bus.test'

  /** An instance that has sent a notice, and what answers it. */
  async function opened(t: TestContext, options: Parameters<typeof openEmail>[2] = {}) {
    const email = await openEmail(t, mail(), { smtp: { reports: false }, ...options })
    await email.poll() // What other tests left.
    const notice = noticeOf()
    await email.deliver(notice)
    const answer = (content: string, id = `${notice.hash}-answer`): string =>
      `Message-ID: <${id}@x.vn>\r\nFrom: an@bus.test\r\nIn-Reply-To: <lt.${notice.hash}@bus.test>\r\n${content}`
    const take = async (...mails: readonly string[]): Promise<readonly InboundItem[]> => {
      await put(mail(), own, ...mails)
      return email.poll()
    }
    return { ...email, notice, answer, take }
  }
  const faultOf = (item: InboundItem | undefined): string | undefined =>
    item && 'fault' in item ? item.fault.code : undefined

  it('quarantines a mail that is nested too deeply, takes some files of one with too many, and goes on', async (t) => {
    const { answer, take } = await opened(t)
    const depths = Array.from({ length: 10_000 }, (_, depth) => depth)
    const deep = depths
      .map((n) => `Content-Type: multipart/mixed; boundary=b${n}\r\n\r\n--b${n}\r\n`)
      .join('')
    const wide = depths.map((n) => `--b\r\nContent-Type: image/png; name=${n}.png\r\n\r\nx\r\n`).join('')
    const items = await take(
      answer(`MIME-Version: 1.0\r\n${deep}`, 'deep'),
      answer(
        `MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n${wide}--b--\r\n`,
        'wide'
      ),
      answer('Subject: x\r\n\r\nĐồng ý.\r\n', 'good')
    )
    assert.equal(faultOf(items[0]), 'BUS_ITEM_INVALID')
    // Anybody can send such mail: it must not stop the instance.
    assert.ok(items[0] && 'fault' in items[0] && items[0].isFromAnybody)
    const { attachments, text } = eventOf(items[1]).data
    assert.equal((attachments as unknown[]).length, 99)
    assert.match(String(text), /\[Thư có 10000 tệp/)
    assert.equal(eventOf(items[2]).data.text, 'Đồng ý.')
  })

  it('quarantines a mail whose head has no end, and goes on', async (t) => {
    const { answer, take } = await opened(t)
    const fields = `X-Long: ${'a'.repeat(900)}\r\n`.repeat(2000)
    const items = await take(answer(`${fields}\r\nx\r\n`, 'head'), answer('Subject: x\r\n\r\ny\r\n', 'good'))
    assert.equal(faultOf(items[0]), 'BUS_ITEM_INVALID')
    assert.equal(eventOf(items[1]).data.text, 'y')
  })

  it('reads a quarantined mail again from what it came as', async (t) => {
    const { answer, take, definition, io } = await opened(t)
    const [item] = await take(answer(`${`X-Long: ${'a'.repeat(900)}\r\n`.repeat(2000)}\r\nx\r\n`))
    assert.ok(item && 'fault' in item && item.raw)
    assert.equal(item.raw.length, 1_048_576)
    const again = await definition.parse?.(item.raw, item.reference, io)
    assert.equal(again?.reference, item.reference)
  })

  it('takes the text of a mail that is too large, and no more than its beginning', async (t) => {
    const { answer, take } = await opened(t, { imap: { maxBytes: 1_048_576 } })
    const file = `${'A'.repeat(76)}\r\n`.repeat(200_000)
    const head =
      'MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\nTôi gửi tệp.\r\n'
    const part = '--b\r\nContent-Type: image/png; name=x.png\r\nContent-Transfer-Encoding: base64\r\n\r\n'
    const [item] = await take(answer(`${head}${part}${file}--b--\r\n`))
    const { text, attachments } = eventOf(item).data
    assert.match(String(text), /^Tôi gửi tệp\.\n\n\[Thư có 15\d{6} byte/)
    assert.deepEqual(attachments, [])
  })

  it('reads a folder again whose mails have new numbers, and gives each the reference that it had', async (t) => {
    const { answer, take, cursor, io } = await opened(t)
    const one = answer('Subject: x\r\n\r\nx\r\n')
    const [before] = await take(one)
    await mail().kill('dovecot')
    mail().renumber('bus')
    await mail().start('dovecot')
    const again = await openEmail(t, mail(), { smtp: false, cursor: cursor(), io: { mark: io.mark } })
    const items = await again.poll()
    assert.notEqual(again.cursor()?.split(':')[0], cursor()?.split(':')[0])
    assert.deepEqual(
      items.map(({ reference }) => reference),
      [before?.reference]
    )
    assert.deepEqual(await again.poll(), [])
  })

  it('passes over its own mail, mail that goes round, and mail that is of no concern', async (t) => {
    const { answer, take, notice } = await opened(t)
    const round = 'Received: from a by b; Thu, 26 Nov 2026 00:00:00 +0000\r\n'.repeat(60)
    const items = await take(
      `Message-ID: <lt.${notice.hash}@bus.test>\r\nFrom: ${own}\r\n\r\nx\r\n`,
      answer(`${round}\r\nx\r\n`),
      'From: somebody@x.vn\r\nSubject: Quảng cáo\r\n\r\nx\r\n',
      `From: x@x.vn\r\nIn-Reply-To: <lt.${'0'.repeat(64)}@bus.test>\r\n\r\nx\r\n`
    )
    assert.deepEqual(items, [])
  })

  it('settles what is in doubt by a report about a mail that it does not know', async (t) => {
    const { take } = await opened(t)
    const { hash } = noticeOf()
    const lines = ['Return-Path: <>', 'From: MAILER-DAEMON@x.vn', 'Subject: Undelivered Mail', '']
    const text = `${lines.join('\r\n')}\r\n<a@x.vn>: 550 5.1.1 User unknown\r\n\r\n--- Below this line is a copy of the message.\r\n\r\n`
    const [item] = await take(
      `${text}Message-ID: <lt.${hash}@bus.test>\r\nFrom: ${own}\r\nTo: a@x.vn\r\nSubject: x\r\n\r\nx\r\n`
    )
    assert.ok(item && 'settles' in item)
    assert.deepEqual(item.settles, { event: hash, as: 'done' })
  })

  it('tells what comes of a mail that is in doubt, and settles it', async (t) => {
    const { take, lookUp } = await opened(t)
    const [bounced, answered] = [noticeOf(), noticeOf()]
    assert.equal(await lookUp(bounced), 'unknown')
    assert.equal(await lookUp(answered), 'unknown')
    const [failure, reply] = await take(
      `Return-Path: <>\r\nFrom: MAILER-DAEMON@x.vn\r\nIn-Reply-To: <lt.${bounced.hash}@bus.test>\r\nSubject: Undelivered\r\n\r\n<an@bus.test>: 550 5.1.1 User unknown\r\n`,
      `Message-ID: <a@x.vn>\r\nFrom: an@bus.test\r\nIn-Reply-To: <lt.${answered.hash}@bus.test>\r\n\r\nĐồng ý.\r\n`
    )
    for (const [item, { hash, event }, type] of [
      [failure, bounced, 'notification.failed.v1'],
      [reply, answered, 'notification.answered.v1']
    ] as const) {
      assert.deepEqual([eventOf(item).type, eventOf(item).subject], [type, event.subject])
      assert.ok(item && 'settles' in item)
      assert.deepEqual(item.settles, { event: hash, as: 'done' })
      assert.deepEqual(Object.keys(item.marks ?? {}), [`mail:${hash.slice(0, 32)}`])
    }
  })

  it('gives mail that answers nothing no name that a notice can have', async (t) => {
    const { poll } = await openEmail(t, mail(), { smtp: false, imap: { unmatched: 'publish' } })
    await poll()
    await put(mail(), own, 'Message-ID: <TB-2026-000001>\r\nFrom: a@x.vn\r\n\r\nx\r\n')
    const [item] = await poll()
    assert.equal(eventOf(item).subject, 'mail:TB-2026-000001')
  })

  it('names no sender whose name is another address', async (t) => {
    const { answer, take } = await opened(t)
    const text = answer('Subject: x\r\n\r\nx\r\n').replace(
      'From: an@bus.test',
      'From: "van-thu@x.vn" <a@evil.example>'
    )
    const [item] = await take(text)
    assert.deepEqual(eventOf(item).data.from, { address: 'a@evil.example' })
  })
})

/** A server that says what it likes. */
async function listen(t: TestContext, talk: (socket: Socket) => void): Promise<number> {
  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    sockets.add(socket)
    socket.on('error', () => {})
    talk(socket)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.after(() => {
    for (const socket of sockets) socket.destroy()
    server.close()
  })
  const address = server.address()
  return typeof address === 'object' && address ? address.port : 0
}

describeOnMail('email: servers that misbehave', (mail) => {
  const limits = { timeoutMs: 500 }
  const talks: Readonly<Record<string, (socket: Socket) => void>> = {
    'says nothing': () => {},
    'closes at once': (socket) => socket.end(),
    'says what makes no sense': (socket) => socket.write('HTTP/1.1 200 OK\r\n\r\n<html>\r\n'),
    'never ends a line': (socket) => {
      const flood = (): void => {
        while (socket.writable && socket.write('* OK aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa'.repeat(1000)));
        socket.once('drain', flood)
      }
      flood()
    }
  }

  for (const [what, talk] of Object.entries(talks)) {
    it(`leaves a server in time that ${what}`, async (t) => {
      const port = await listen(t, talk)
      const before = performance.now()
      const imap = openEmail(t, mail(), { imap: { ...limits, port }, smtp: false })
      await assert.rejects(imap, { code: 'BUS_PEER_UNREACHABLE' })
      const smtp = openEmail(t, mail(), { smtp: { ...limits, port }, imap: false })
      await assert.rejects(smtp, { code: 'BUS_PEER_UNREACHABLE' })
      assert.ok(performance.now() - before < 20_000)
    })
  }
})
