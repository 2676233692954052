import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { readMail } from '../mail/read-mail.ts'
import { readReport } from './read-report.ts'

/** What a mail is taken for that a person writes to answer a notice. */
async function kindOf(subject: string, text: string, head = 'In-Reply-To: <n@bus.test>\n'): Promise<string> {
  const fields = `From: An <an@x.vn>\nTo: bus@bus.test\n${head}Content-Type: text/plain; charset=utf-8\n`
  const quoted = '-----Original Message-----\nFrom: bus@bus.test\nTo: an@x.vn\nSubject: x\nDate: y\n'
  return readReport(await readMail(Buffer.from(`${fields}Subject: ${subject}\n\n${text}\n\n${quoted}`))).kind
}

describe('email: what persons write of failures and absences', () => {
  it('is no failure of the notice', async () => {
    const texts = {
      'Re: Hồ sơ không gửi được lên cổng': 'Tôi không gửi được tệp qua cổng, xin nộp trực tiếp.',
      'Re: Delivery failed: your paper': 'I was unable to deliver the paper. Error 550 5.1.1.',
      'TL: Thông báo':
        'Tôi nhận được:\nReporting-MTA: dns; x.vn\n\nFinal-Recipient: rfc822; a@x.vn\nAction: failed\nStatus: 5.1.1'
    }
    for (const [subject, text] of Object.entries(texts))
      assert.equal(await kindOf(subject, text), 'message', subject)
  })

  it('is no absence, where the notice was about one', async () => {
    for (const subject of [
      'Re: Về đơn xin nghỉ phép của ông An',
      'Re: Xác nhận người vắng mặt tại nơi cư trú'
    ])
      assert.equal(await kindOf(subject, 'Tôi đồng ý.'), 'message', subject)
  })

  it('is told from what programs of absent persons begin with', async () => {
    for (const subject of [
      'Automatic reply: Thông báo',
      'Out of Office: x',
      'Trả lời tự động: Thông báo',
      'Réponse automatique : x',
      '[External] Phản hồi tự động: x'
    ])
      assert.equal(await kindOf(subject, 'x'), 'auto-reply', subject)
    const head = 'Return-Path: <>\nAuto-Submitted: auto-replied\n'
    assert.equal(
      await kindOf('Re: x', 'Tôi đi vắng; tệp lớn không gửi được vào hộp thư này.', head),
      'auto-reply'
    )
  })
})
