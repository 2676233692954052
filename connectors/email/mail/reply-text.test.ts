import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { htmlToText } from './html-to-text.ts'
import { replyText } from './reply-text.ts'

const quoted = [
  'Vào Th 2, 3 thg 2, 2025 vào lúc 08:00 Một cửa <bus@example.vn> đã viết:\n> x',
  'On Mon, 3 Feb 2025 at 08:00, Office\n<bus@example.vn> wrote:\n> x',
  'Một cửa <bus@example.vn> đã viết (03/02/2025):\n> x',
  '-----Original Message-----\nFrom: bus@example.vn\nx',
  '---------- Thư đã chuyển tiếp ----------\nx',
  '________________________________\nTừ: Một cửa\nĐã gửi: 03 Tháng Hai 2025\nTới: An\nChủ đề: x\n\nx',
  'From: Office <bus@example.vn>\nSent: Monday\nTo: An\nSubject: x\n\nx',
  '*Từ:* Một cửa <bus@example.vn>\n*Đã gửi:* thứ hai\nx'
]

describe('email: what a person answers', () => {
  it('is told from what programs quote', () => {
    for (const quote of quoted) assert.equal(replyText(`Đồng ý.\n\n${quote}`), 'Đồng ý.', quote)
  })

  it('keeps what stands between quoted lines', () => {
    assert.equal(replyText('> Câu hỏi 1\nĐúng.\n> Câu hỏi 2\nSai.'), 'Đúng.\nSai.')
  })

  it('keeps all where nothing else is written, and words that only look like a head', () => {
    assert.equal(replyText('> Hồ sơ\n> cần bổ sung'), '> Hồ sơ\n> cần bổ sung')
    const text = 'Từ: ngày mai tôi sẽ nộp.\nOn time, as I wrote before.'
    assert.equal(replyText(text), text)
  })

  it('is read from HTML by lines, with its quotes as quotes', () => {
    const html =
      '<style>p{}</style><p>Đồng&nbsp;ý.</p><div>Tôi nộp<br>sau.</div><blockquote><p>Hồ sơ</p></blockquote><script>x</script>'
    assert.equal(replyText(htmlToText(html)), 'Đồng ý.\n\nTôi nộp\nsau.')
    const gmail = '<div>Được.</div><div class="gmail_quote"><div class="gmail_attr">Vào hôm qua:</div>x</div>'
    assert.equal(replyText(htmlToText(gmail)), 'Được.')
  })

  it('takes no long time for text that is made to', () => {
    const before = performance.now()
    for (const line of ['On ', 'Từ: ', '> ', '-- Original Message ', 'On a\nOn b wrote '])
      replyText(line.repeat(400_000 / line.length))
    assert.ok(performance.now() - before < 4000)
  })
})
