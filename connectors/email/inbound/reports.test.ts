import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { lendIo } from '../../kit/lent-io.ts'
import { readAddress } from '../address.ts'
import { readReport } from '../bounces/read-report.ts'
import { eventOf, noticeOf } from '../fixtures/open.ts'
import { answerTo } from '../mail/answer.ts'
import { readMail } from '../mail/read-mail.ts'
import { toNotice } from '../outbound/notice.ts'
import { toMail } from '../outbound/to-mail.ts'
import type { EmailSettings } from '../settings.ts'
import { answered } from './match.ts'
import { toItems } from './to-items.ts'

const own = { local: 'bus', domain: 'bus.test' }
const hash = 'ab'.repeat(32)
const copies = { address: 'copy@bus.test' }
const settings = { from: 'bus@bus.test', imap: { copies }, smtp: { reports: true } } as EmailSettings

/** A report of a server that repeats nothing of the mail. */
function dsn(...recipients: readonly string[]): Buffer {
  const head = `Return-Path: <>\nFrom: MAILER-DAEMON@x.vn\nMIME-Version: 1.0\nContent-Type: multipart/report; boundary=b\n`
  const groups = recipients.join('\n\n')
  return Buffer.from(
    `${head}\n--b\n\nx\n--b\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; x.vn\nOriginal-Envelope-Id: ${hash}\n\n${groups}\n--b--\n`
  )
}

describe('email: reports about own mail', () => {
  it('are known by the envelope id where nothing else is repeated', async () => {
    const mail = await readMail(dsn('Final-Recipient: rfc822; a@x.vn\nAction: failed\nStatus: 5.1.1'))
    assert.deepEqual(answered(mail.fields, own, readReport(mail)), [{ hashOrTag: hash, isWhole: true }])
  })

  it('say nothing of the recipient where the copy is meant, whatever the original recipient is said to be', async () => {
    const rows = [
      'Original-Recipient: rfc822; an@x.vn\nFinal-Recipient: rfc822; copy@bus.test\nAction: delivered\nStatus: 2.0.0',
      'Original-Recipient: rfc822; an@x.vn\nFinal-Recipient: rfc822; an@x.vn\nAction: failed\nStatus: 5.1.1'
    ]
    const take = async (...some: readonly string[]) => {
      const bytes = dsn(...some)
      const [answer] = await answerTo([bytes])
      const { fields } = await readMail(bytes)
      const given = {
        reference: 'mail:x',
        fields,
        bytes,
        size: bytes.length,
        isCut: false,
        receivedAt: Date.now()
      }
      const find = async () => ({ hash, notificationId: 'TB-1' })
      const io = lendIo()
      return toItems(given, answer, { settings, own, io, find, findDoubtful: find, maySettle: () => false })
    }
    assert.deepEqual(await take(rows[0] ?? ''), [])
    assert.equal(eventOf((await take(...rows))[0]).type, 'notification.failed.v1')
  })

  it('are asked for without the recipient, where a copy would be given the same', async () => {
    const event = noticeOf()
    const notice = toNotice(event.event, settings)
    const to = readAddress('an@bus.test')
    assert.ok(notice && to)
    const { attachment, now } = lendIo()
    const mail = await toMail(event, { ...notice, to }, { settings, attachment, now })
    assert.equal(mail.dsn && 'recipient' in mail.dsn, false)
  })
})
