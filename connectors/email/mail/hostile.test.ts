import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import iconv from 'iconv-lite'
import { answerTo } from './answer.ts'
import { decodeText } from './decode-text.ts'
import { readMail } from './read-mail.ts'

const spaces = ' '.repeat(100_000)
const bounce = (text: string): string => `From: MAILER-DAEMON@x.vn\nSubject: Undelivered\n\n${text}\n`
const mails: Readonly<Record<string, string>> = {
  'spaces in what is badly named quoted-printable': `From: a@x.vn\nContent-Transfer-Encoding: "quoted printable"\n\n${spaces}${spaces}x\n`,
  'spaces in a bounce': bounce(`550 ${spaces}x\n550 ${spaces}x`),
  'addresses in a bounce': bounce(Array.from({ length: 12_000 }, (_, n) => `a${n}@b.vn`).join(' ')),
  'addresses with their codes': bounce(
    Array.from({ length: 5000 }, (_, n) => `<a${n}@b.vn>: 550`).join('\n')
  ),
  'beginnings of heads': bounce('From: a\n\n'.repeat(20_000)),
  'spaces before what is quoted': `From: a@x.vn\n\nTừ:${spaces}x\n${'\n '.repeat(50_000)}>\n`
}

describe('email: mails made to take long', () => {
  for (const [name, mail] of Object.entries(mails)) {
    it(`reads in time ${name}`, async () => {
      const before = process.cpuUsage()
      await answerTo([Buffer.from(mail)])
      const { user, system } = process.cpuUsage(before)
      assert.ok(user + system < 1_500_000, `${(user + system) / 1000} ms`)
    })
  }

  it('reads the beginning of a long text, and keeps all of it as a file', async () => {
    const text = 'Nội dung. '.repeat(900_000)
    const { text: read, attachments } = await readMail(Buffer.from(`From: a@x.vn\n\n${text}`))
    assert.ok(read.length < 1_048_576)
    assert.ok((attachments[0]?.bytes.length ?? 0) >= Buffer.byteLength(text))
  })
})

describe('email: text in other encodings than it says', () => {
  const words = 'Ủy ban nhân dân xã Hòa Bình kính gửi bà Nguyễn Thị Mẫu'

  it('is Vietnamese where Western is written, with its bytes kept', () => {
    const decomposed = words.normalize('NFD').replace(/([aeiouy])\u0302/gi, (all) => all.normalize('NFC'))
    const bytes = iconv.encode(
      decomposed.replaceAll('u\u031b', 'ư').replaceAll('o\u031b', 'ơ'),
      'windows-1258'
    )
    for (const label of ['iso-8859-1', 'windows-1252'])
      assert.match(decodeText(bytes, label).text, /xã Hòa Bình/, label)
    assert.ok(decodeText(bytes, 'iso-8859-1').isGuessed)
  })

  it('stays Western where it is', () => {
    for (const text of [
      'Não é possível, senhor João; está aí, você já viu?',
      'Può venire così, perché è già lì'
    ])
      assert.deepEqual(decodeText(iconv.encode(text, 'latin1'), 'iso-8859-1'), { text, isGuessed: false })
  })

  it('is known by the names that programs give to VISCII and TCVN 5712', () => {
    for (const [label, name] of [
      ['VISCII1.1-1', 'viscii'],
      ['csVISCII', 'viscii'],
      ['x-viet-tcvn5712', 'tcvn5712']
    ] as const)
      assert.equal(decodeText(iconv.encode('xã Hòa', name), label).text, 'xã Hòa', label)
  })
})
