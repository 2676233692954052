import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { isFileName } from '#protocol/events/file-name.ts'
import { mediaTypePattern } from '#protocol/events/payload-json-schema.ts'
import { strictJson } from '#protocol/events/strict-json.ts'
import { lendIo } from '../../kit/lent-io.ts'
import { eventOf } from '../fixtures/open.ts'
import { safeFileName } from '../mail/file-name.ts'
import { markKeyOf } from '../mail-id.ts'
import { oneLine } from '../one-line.ts'
import type { EmailSettings } from '../settings.ts'
import { parseMail } from './parse.ts'

const hash = 'ab'.repeat(32)
const settings = { from: 'bus@bus.test', imap: { unmatched: 'leave', maxBytes: 10_485_760 } } as EmailSettings

async function dataOf(content: string | Buffer) {
  const head = `From: An <an@x.vn>\nMessage-ID: <a@x.vn>\nIn-Reply-To: <lt.${hash}@bus.test>\n`
  const io = lendIo()
  io.keep({ [markKeyOf(hash)]: JSON.stringify({ hash, notificationId: 'TB-1' }) })
  const raw = Buffer.concat([Buffer.from(head), Buffer.from(content)])
  const item = await parseMail(raw.subarray(0, 1_048_576), 'mail:x', { settings, io })
  return eventOf(item).data as { text: string; attachments: { name: string; mediaType: string }[] }
}

const filesOf = (...files: readonly string[]): string =>
  `Content-Type: multipart/mixed; boundary=b\n\n${files.map((file) => `--b\n${file}\n`).join('')}--b--\n`
const text = (words: string): string => `Content-Type: text/plain; charset=utf-8\n\n${words}`

describe('email: honest mail keeps the rules of the bus', () => {
  it('with texts that programs mark by direction', async () => {
    const texts = [
      'Số tôi: \u202d0901234567\u202c',
      '\u2068An\u2069 đồng ý',
      'x\ufdd0\u{1ffff}\f',
      'a\u0085b'
    ]
    for (const text of texts) {
      const data = await dataOf(`Content-Type: text/plain; charset=utf-8\n\n${text}\n`)
      assert.doesNotThrow(() => strictJson(data), JSON.stringify(text))
    }
    assert.equal(
      (await dataOf(`Content-Type: text/plain; charset=utf-8\n\n${texts[0]}\n`)).text,
      'Số tôi: 0901234567'
    )
  })

  it('with names of files as phones and people write them', async () => {
    const names = {
      'Ảnh chụp 10:30.jpg': 'Ảnh chụp 10-30.jpg',
      'Tờ trình số 5.': 'Tờ trình số 5',
      'Báo cáo...': 'Báo cáo',
      'CON.pdf': '_CON.pdf',
      'a%2e.txt': 'a_2e.txt',
      'C:\\don\\Đơn.pdf': 'Đơn.pdf'
    }
    for (const [given, name] of Object.entries(names)) assert.equal(safeFileName(given), name)
    for (const none of ['...', ' . ', '']) assert.equal(safeFileName(none), undefined)
  })

  it('with any name and any line', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 60 }), (text) => {
        const name = safeFileName(text)
        assert.ok(name === undefined || isFileName(name), JSON.stringify(text))
        strictJson(oneLine(text, 100))
      })
    )
  })

  it('with media types that are none', async () => {
    const { attachments } = await dataOf(
      filesOf(
        ...['text/x{}', `application/${'a'.repeat(200)}`, 'image/png'].map(
          (type) => `Content-Type: ${type}\nContent-Disposition: attachment; filename=a.bin\n\nx`
        )
      )
    )
    assert.equal(attachments.length, 3)
    for (const { mediaType } of attachments) assert.match(mediaType, new RegExp(mediaTypePattern, 'u'))
    assert.equal(attachments[2]?.mediaType, 'image/png')
  })
})

describe('email: a mail of which the bus kept the beginning', () => {
  it('is not given as the whole: no file, and a note', async () => {
    const file = `Content-Type: application/pdf; name=hop-dong.pdf\nContent-Transfer-Encoding: base64\n\n${'A'.repeat(2_000_000)}`
    const { text: read, attachments } = await dataOf(filesOf(text('Tôi gửi hợp đồng.'), file))
    assert.deepEqual(attachments, [])
    assert.match(read, /^Tôi gửi hợp đồng\.\n\n\[Trục chỉ giữ phần đầu của thư/)
  })

  it('is given with its files where it is small', async () => {
    const { text: read, attachments } = await dataOf(
      filesOf(text('Tôi gửi tệp.'), 'Content-Type: application/pdf; name=a.pdf\n\nx')
    )
    assert.deepEqual([read, attachments.map(({ name }) => name)], ['Tôi gửi tệp.', ['a.pdf']])
  })
})
