import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import iconv from 'iconv-lite'
import type { FeedReading } from './feed.ts'
import { readFeed } from './read-feed.ts'

const given = { url: 'https://p.vn/rss/tin.rss', zone: 'Asia/Ho_Chi_Minh', maxBytes: 1_000_000 }

function feedOf(bytes: Uint8Array | string, contentType = 'application/xml') {
  const reading: FeedReading = readFeed({ ...given, bytes: Buffer.from(bytes), contentType })
  assert.ok('feed' in reading)
  return reading
}

const rss = (item: string, declarations = '') =>
  `<rss version="2.0" ${declarations}><channel><title>Cổng</title><item>${item}</item></channel></rss>`
const articleOf = (item: string, declarations = '') => feedOf(rss(item, declarations)).feed.articles[0]

describe('portal: encodings of feeds', () => {
  const title = 'Nghị quyết về việc đẩy mạnh ứng dụng'
  const encoded = (label: string, encoding: string) =>
    iconv.encode(`<?xml version="1.0" encoding="${label}"?>${rss(`<title>${title}</title>`)}`, encoding)

  it('are found where the server or the document says Latin-1 of Vietnamese', () => {
    // Windows-1258 writes most tones as a character of their own.
    const windows = (label: string) => {
      const text = `<?xml version="1.0" encoding="${label}"?>${rss(`<title>${title}</title>`)}`
      return iconv.encode(text.replace(/[^\0-\x7f]/g, toBaseAndTone), 'windows-1258')
    }
    for (const label of ['iso-8859-1', 'windows-1252', 'us-ascii', 'windows-1258'])
      assert.equal(
        feedOf(windows(label), 'text/xml; charset=iso-8859-1').feed.articles[0]?.title,
        title,
        label
      )
    const french = `<?xml version="1.0" encoding="iso-8859-1"?>${rss('<title>Où est né le préfet, à Hué ?</title>')}`
    assert.equal(
      feedOf(iconv.encode(french, 'latin1')).feed.articles[0]?.title,
      'Où est né le préfet, à Hué ?'
    )
  })

  it('of older Vietnamese systems are read by all their names', () => {
    for (const [label = '', encoding = ''] of [
      ['VISCII1.1-1', 'viscii'],
      ['x-viet-tcvn5712', 'tcvn']
    ])
      assert.equal(feedOf(encoded(label, encoding)).feed.articles[0]?.title, title, label)
  })
})

/** A vowel and its tone, as Windows-1258 writes them. */
function toBaseAndTone(character: string): string {
  const [base = '', ...marks] = character.normalize('NFD')
  const isTone = (mark: string) => /[\u0300\u0301\u0303\u0309\u0323]/.test(mark)
  const quality = marks.filter((mark) => !isTone(mark))
  return [base, ...quality].join('').normalize('NFC') + marks.filter(isTone).join('')
}

describe('portal: elements of feeds', () => {
  it('are read where other suites of readers look for them', () => {
    const media = 'xmlns:media="https://search.yahoo.com/mrss/"'
    assert.equal(
      articleOf('<title>a</title><media:description>md</media:description>', media)?.summary?.html,
      'md'
    )
    const nested = '<title>a</title><media:content url="v.mp4"><media:thumbnail url="t.jpg"/></media:content>'
    assert.deepEqual(
      articleOf(nested, media)?.enclosures.map(({ url }) => url),
      ['https://p.vn/rss/v.mp4', 'https://p.vn/rss/t.jpg']
    )
    assert.equal(articleOf('<title>a</title><fullitem>f</fullitem>')?.content?.html, 'f')
    assert.equal(
      articleOf('<title>a</title><guid isPermaLink="true">/tin/1</guid>')?.link,
      'https://p.vn/tin/1'
    )
    assert.equal(
      articleOf('<title>a</title><guid ispermalink="false">https://p.vn/x</guid>')?.link,
      undefined
    )
    assert.equal(articleOf('<title>a</title><link>www.p.vn/a</link>')?.link, 'http://www.p.vn/a')
    assert.equal(articleOf('<title>&#55357;&#56832;</title>')?.title, '😀')
  })

  it('of Atom name the authors of the feed where an entry names none', () => {
    const entry = '<entry><id>1</id><title>a</title></entry>'
    const atom = `<feed xmlns="http://www.w3.org/2005/Atom"><author><name>Ban biên tập</name></author>${entry}</feed>`
    assert.deepEqual(feedOf(atom).feed.articles[0]?.authors, ['Ban biên tập'])
  })

  it('that are not well-formed are read, and told', () => {
    for (const item of [
      '<title>a</title><x a="1" a="2"/>',
      '<title>a</title><x a="1 & 2"/>',
      '<title>a ]]> b</title>',
      '<title>a</title><!-- a -- b -->'
    ])
      assert.deepEqual(feedOf(rss(item)).problems, ['not-well-formed'], item)
    assert.deepEqual(feedOf(` <?xml version="1.0"?>${rss('<title>a</title>')}`).problems, ['leading-text'])
  })
})
