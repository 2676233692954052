import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { isStrictText } from '#protocol/events/strict-json.ts'
import type { Article } from '../article.ts'
import { answerTo } from './answer.ts'

function articlesOf(...items: readonly string[]): readonly Article[] {
  const xml = `<rss version="2.0"><channel><title>Cổng</title><link>https://p.vn/</link>${items
    .map((item) => `<item>${item}</item>`)
    .join('')}</channel></rss>`
  const answer = answerTo({
    ...{ source: 'feed', bytes: Buffer.from(xml), url: 'https://p.vn/rss.xml', zone: 'Asia/Ho_Chi_Minh' },
    ...{ contentType: 'text/xml', contentLocation: undefined, encoding: undefined, maxBytes: 1_000_000 }
  })
  assert.ok('content' in answer)
  return answer.content.articles.filter((one): one is Article => !('problem' in one))
}

const linked = (title: string, link: string, rest = '') =>
  `<title>${title}</title><link>${link.replaceAll('&', '&amp;')}</link>${rest}`

/** How many of the articles have a name that no other one has. */
function apart(articles: readonly Article[]): number {
  const keys = articles.map(({ keys }) => keys)
  return keys.filter(
    (own, at) => !keys.some((other, n) => n !== at && other.some((key) => own.includes(key)))
  ).length
}

describe('portal: names of articles', () => {
  it('are different for articles without ids that share an address', () => {
    const page = 'https://p.vn/thong-bao.aspx'
    assert.equal(apart(articlesOf(linked('Một', page), linked('Hai', page), linked('Ba', page))), 3)
    const places = ['#tin1', '#tin2'].map((place) => linked(place, `https://p.vn/index.html${place}`))
    assert.equal(apart(articlesOf(...places)), 2)
    assert.equal(apart(articlesOf(linked('Một', page), linked('Một', page))), 0)
  })

  it('do not come from an address that all articles have in turn', () => {
    const [first] = articlesOf(linked('Một', 'https://p.vn/', '<guid isPermaLink="false">x1</guid>'))
    assert.deepEqual(first?.keys, ['x1'])
  })

  it('keep a sid that is the number of an article, and leave out one that is a session', () => {
    const numbered = (sid: string) => linked(sid, `https://p.vn/modules.php?name=News&sid=${sid}`)
    assert.equal(apart(articlesOf(numbered('1'), numbered('2'))), 2)
    const keys = (sid: string) => articlesOf(linked('Một', `https://p.vn/tin?id=5&sid=${sid}`))[0]?.keys
    assert.deepEqual(keys('0123456789abcdef'), keys('fedcba9876543210'))
  })

  it('contain the host where a feed gathers several portals, and not where one has moved', () => {
    const at = (host: string) => linked(host, `https://${host}/tin?id=5`)
    assert.equal(apart(articlesOf(at('xa1.vn'), at('xa2.vn'))), 2)
    assert.equal(apart(articlesOf(at('p.vn'), at('xa2.vn'))), 2)
    assert.deepEqual(articlesOf(at('moi.vn'))[0]?.keys, articlesOf(at('www.p.vn'))[0]?.keys)
  })
})

describe('portal: texts of articles', () => {
  it('contain nothing that an event must not contain', () => {
    const html = [
      'Liên hệ \u202a0912 345 678\u202c',
      'a &amp;#3; b',
      '&lt;img src="/a.png" alt="\u2066x&amp;#7;"&gt;',
      '&amp;#129; &amp;#xFFFE;'
    ]
    for (const text of html) {
      const [article] = articlesOf(linked('Tin', 'https://p.vn/1', `<description>${text}</description>`))
      const { content = '', summary = '', images = [] } = article ?? {}
      assert.ok([content, summary, ...images.map((one) => one.description ?? '')].every(isStrictText), text)
    }
  })

  it('go on after a line break or an image that is not closed', () => {
    const [article] = articlesOf(
      linked('Tin', 'https://p.vn/1', '<description>Một<br>Hai<img src="/a.png">Ba</description>')
    )
    assert.match(article?.content ?? '', /Một<br \/>Hai<img [^>]*\/>Ba/)
  })
})
