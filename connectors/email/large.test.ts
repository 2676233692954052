import assert from 'node:assert/strict'
import { closeSync, ftruncateSync, openSync, writeFileSync, writeSync } from 'node:fs'
import { it } from 'node:test'
import { describeOnMail } from '#tests/helpers/servers/mail-servers.ts'
import { startLine } from './fixtures/line.ts'
import { put } from './fixtures/mailbox.ts'
import { eventOf, noticeOf, openEmail } from './fixtures/open.ts'

const own = 'bus@bus.test'

describeOnMail(
  'email: large mailboxes, large mails and bad lines',
  (mail) => {
    const account = { smtp: false, settings: { from: 'large@bus.test' } } as const
    const access = { user: 'large@bus.test' }

    it('looks through a folder of many mails with few commands, and reads small ones once', async (t) => {
      const count = 2000
      const line = await startLine(t, mail().ports.imap)
      const text = `From: an@x.vn\nSubject: x\n\n${'Nội dung. '.repeat(50)}\n`
      mail().fill('large', count, (path, number) =>
        writeFileSync(path, `Message-ID: <${number}@x.vn>\n${text}`)
      )
      const imap = { ...access, port: line.port, unmatched: 'publish' }
      const { poll } = await openEmail(t, mail(), { ...account, imap })
      const items = await poll()
      assert.equal(new Set(items.map(({ reference }) => reference)).size, count)
      assert.ok(line.commands < 30 + count / 25, `${line.commands} commands`)
      assert.ok(line.bytes < count * (Buffer.byteLength(text) + 300), `${line.bytes} bytes`)
    })

    it('reads over a line that is slow, however long a mail takes', async (t) => {
      const line = await startLine(t, mail().ports.imap)
      const imap = { port: line.port, timeoutMs: 1000 }
      const { deliver, poll, io } = await openEmail(t, mail(), { imap, smtp: { reports: false } })
      const notice = noticeOf()
      await deliver(notice)
      await poll()
      line.bytesPerSecond = 500_000
      const file = `${'A'.repeat(76)}\r\n`.repeat(16_000)
      await put(mail(), own, answerTo(notice.hash, `${partHead}${file}--b--\r\n`))
      const [item] = await poll()
      const [attachment] = eventOf(item).data.attachments as { sha256: string; size: number }[]
      assert.equal(attachment?.size, 912_000)
      assert.ok(await io.attachment(attachment.sha256))
    })

    it('loses nothing where the line breaks in the middle of a mail', async (t) => {
      const line = await startLine(t, mail().ports.imap)
      const { deliver, poll, cursor, io } = await openEmail(t, mail(), {
        imap: { port: line.port },
        smtp: { reports: false }
      })
      const notice = noticeOf()
      await deliver(notice)
      await poll()
      const before = cursor()
      const mails = Array.from({ length: 5 }, (_, n) =>
        answerTo(notice.hash, `\r\nThư ${n}\r\n${'x'.repeat(9000)}\r\n`, n)
      )
      await put(mail(), own, ...mails)
      line.cutAfter = line.bytes + 20_000
      await assert.rejects(poll(), { code: 'BUS_PEER_UNREACHABLE' })
      assert.equal(cursor(), before)
      const again = await openEmail(t, mail(), { smtp: false, cursor: before, io: { mark: io.mark } })
      const texts = (await again.poll()).map((item) => String(eventOf(item).data.text).slice(0, 5))
      assert.deepEqual(texts, ['Thư 0', 'Thư 1', 'Thư 2', 'Thư 3', 'Thư 4'])
    })

    it('takes the text of a mail of 1 GB, and goes on', async (t) => {
      const { deliver, poll } = await openEmail(t, mail(), { smtp: { reports: false } })
      await poll()
      const notice = noticeOf()
      await deliver(notice)
      mail().fill('bus', 1, (path) => {
        const file = openSync(path, 'w')
        writeSync(file, answerTo(notice.hash, partHead).replaceAll('\r\n', '\n'))
        ftruncateSync(file, 1_073_741_824) // The rest is a hole.
        closeSync(file)
      })
      await put(mail(), own, answerTo(notice.hash, '\r\nXong.\r\n', 1))
      const before = process.memoryUsage.rss()
      const texts = (await poll()).map((item) => String(eventOf(item).data.text))
      assert.match(texts.find((text) => text.startsWith('Tôi gửi tệp.')) ?? '', /\[Thư có \d{10} byte/)
      assert.ok(texts.includes('Xong.'))
      assert.ok(process.memoryUsage.rss() - before < 134_217_728)
    })
  },
  { mailboxes: ['bus', 'an', 'large'] }
)

const partHead =
  'MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\nTôi gửi tệp.\r\n--b\r\nContent-Type: image/png; name=x.png\r\nContent-Transfer-Encoding: base64\r\n\r\n'

function answerTo(hash: string, rest: string, number = 0): string {
  return `Message-ID: <${hash}-${number}@x.vn>\r\nFrom: an@bus.test\r\nIn-Reply-To: <lt.${hash}@bus.test>\r\n${rest}`
}
