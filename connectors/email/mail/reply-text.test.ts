import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { htmlToText } from './html-to-text.ts'
import { replyText } from './reply-text.ts'

const replyOf = (text: string): string => replyText(text).reply

const quoted = [
  'Vào Th 2, 3 thg 2, 2025 vào lúc 08:00 Một cửa <bus@example.vn> đã viết:\n> x',
  'On Mon, 3 Feb 2025 at 08:00, Office\n<bus@example.vn> wrote:\n> x',
  'Một cửa <bus@example.vn> đã viết (03/02/2025):\n> x',
  '-----Original Message-----\nFrom: bus@example.vn\nx',
  '________________________________\nTừ: Một cửa\nĐã gửi: 03 Tháng Hai 2025\nTới: An\nChủ đề: x\n\nx',
  'From: Office <bus@example.vn>\nSent: Monday\nTo: An\nSubject: x\n\nx',
  '*Từ:* Một cửa <bus@example.vn>\n*Đã gửi:* thứ hai\nx'
]

describe('email: what a person answers', () => {
  it('is told from what programs quote', () => {
    for (const quote of quoted) assert.equal(replyOf(`Đồng ý.\n\n${quote}`), 'Đồng ý.', quote)
  })

  it('keeps what stands between quoted lines', () => {
    assert.equal(replyOf('> Câu hỏi 1\nĐúng.\n> Câu hỏi 2\nSai.'), 'Đúng.\nSai.')
  })

  it('keeps all where nothing else is written, and words that only look like a head', () => {
    assert.equal(replyOf('> Hồ sơ\n> cần bổ sung'), '> Hồ sơ\n> cần bổ sung')
    const text = 'Từ: ngày mai tôi sẽ nộp.\nOn time, as I wrote before.'
    assert.equal(replyOf(text), text)
  })

  it('is kept where it only looks like what programs write', () => {
    for (const text of [
      'Tôi xin khai tạm vắng:\nTừ: 01/12/2026\nĐến: 05/12/2026\nLý do: chữa bệnh',
      'Tôi xin khai:\n\nTừ: 01/12/2026\nĐến: 05/12/2026\nNgày: 1\nLý do: chữa bệnh',
      'Ngày 12/3 tôi nộp hồ sơ, cán bộ tiếp nhận đã viết:\n"thiếu giấy khai sinh".\nNay tôi xin bổ sung.',
      'Tôi chuyển thư của huyện:\n\n---------- Forwarded message ---------\nĐã có kết quả số 5.',
      'Diện tích:\n>100 m2 đất ở\n>50 m2 vườn\ncảm ơn'
    ])
      assert.deepEqual(replyText(text), { reply: text, isCut: false })
  })

  it('is kept between and below what is quoted, and is told to be cut where quotes are not marked', () => {
    const above = 'Vào 08:00 3/2/2025, Một cửa <bus@bus.test> đã viết:'
    const questions = `Chào anh,\n\n${above}\n> 1. Họ tên mẹ?\nNguyễn Thị B\n>2. Năm sinh?\n1960`
    assert.deepEqual(replyText(questions), { reply: 'Chào anh,\n\nNguyễn Thị B\n1960', isCut: false })
    assert.deepEqual(replyText(`Đồng ý.\n\n${above}\nHồ sơ`), { reply: 'Đồng ý.', isCut: true })
    const outlook = 'Đồng ý.\n\nFrom: bus@bus.test\nSent: x\n\nTrả lời câu 2: có.'
    assert.deepEqual(replyText(outlook), { reply: 'Đồng ý.', isCut: true })
  })

  it('is read from HTML by lines, with its quotes as quotes', () => {
    const html =
      '<style>p{}</style><p>Đồng&nbsp;ý.</p><div>Tôi nộp<br>sau.</div><blockquote><p>Hồ sơ</p></blockquote><script>x</script>'
    assert.equal(replyOf(htmlToText(html)), 'Đồng ý.\n\nTôi nộp\nsau.')
    const gmail = '<div>Được.</div><div class="gmail_quote"><div class="gmail_attr">Vào hôm qua:</div>x</div>'
    assert.equal(replyOf(htmlToText(gmail)), 'Được.')
  })

  it('takes no long time for text that is made to', () => {
    const before = performance.now()
    for (const line of ['On ', 'Từ: ', '> ', '-- Original Message ', 'On a\nOn b wrote '])
      replyText(line.repeat(400_000 / line.length))
    assert.ok(performance.now() - before < 4000)
  })
})
