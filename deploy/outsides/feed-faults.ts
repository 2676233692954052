import type { ServerResponse } from 'node:http'
import { gzipSync } from 'node:zlib'
import iconv from 'iconv-lite'

/** Answers a request for the feed as a bad portal does. `feed`: what a good one would have sent. */
export type FeedFault = (response: ServerResponse, feed: string) => void

const xml = { 'content-type': 'application/rss+xml; charset=utf-8' }
const html = { 'content-type': 'text/html; charset=utf-8' }
const page = (text: string): string =>
  `<!DOCTYPE html><html><head><title>${text}</title></head><body>${text}</body></html>`

/** Writes a text over and over until the reader has gone; `bytes`: at most so many. */
function flood(response: ServerResponse, piece: string, bytes = Number.POSITIVE_INFINITY): void {
  const chunk = Buffer.from(piece.repeat(Math.ceil(65_536 / piece.length)))
  let sent = 0
  const go = (): void => {
    while (sent < bytes && !response.destroyed) {
      sent += chunk.length
      if (!response.write(chunk)) return void response.once('drain', go)
    }
    if (!response.destroyed) response.end()
  }
  go()
}

/** 30 KB that become 32 MB. */
const bomb = gzipSync(Buffer.alloc(32_000_000, ' '), { level: 9 })

const firstItem = (feed: string, item: string): string => feed.replace(/<item>|<entry>/, (tag) => item + tag)

/** What feeds of real portals, and of those who attack them, do. */
export const feedFaults = {
  'not-found': (response) => void response.writeHead(404, html).end(page('Không tìm thấy')),
  maintenance: (response) => void response.writeHead(200, html).end(page('Hệ thống đang bảo trì')),
  'front-page': (response) =>
    void response
      .writeHead(200, html)
      .end(
        page('Trang chủ').replace(
          '</head>',
          '<link rel="alternate" type="application/rss+xml" href="/rss.xml"></head>'
        )
      ),
  empty: (response) => void response.writeHead(200, xml).end(),
  'no-articles': (response, feed) =>
    void response.writeHead(200, xml).end(feed.replaceAll(/<(item|entry)>[\s\S]*?<\/\1>/g, '')),
  'server-error': (response) => void response.writeHead(500, html).end(page('Lỗi hệ thống')),
  busy: (response) => void response.writeHead(429, { 'retry-after': '30' }).end(),
  hanging: () => {},
  stalled(response) {
    response.writeHead(200, xml)
    response.flushHeaders()
  },
  reset: (response) => void response.destroy(),
  trickle(response, feed) {
    response.writeHead(200, xml)
    const timer = setInterval(() => response.write(feed.slice(0, 1)), 200)
    response.once('close', () => clearInterval(timer))
  },
  'cut-off': (response, feed) => void response.writeHead(200, xml).end(feed.slice(0, feed.length * 0.6)),
  'never-closed': (response, feed) =>
    void response.writeHead(200, xml).end(feed.replace(/<\/channel>\s*<\/rss>\s*$/, '')),
  'wrong-length'(response, feed) {
    const bytes = Buffer.from(feed)
    response.writeHead(200, { ...xml, 'content-length': bytes.length + 100 })
    response.write(bytes)
    setTimeout(() => response.destroy(), 20)
  },
  'windows-1258': (response, feed) =>
    void response
      .writeHead(200, { 'content-type': 'text/xml' })
      .end(toWindows1258(feed.replace('encoding="UTF-8"', 'encoding="windows-1258"'))),
  'undeclared-1258': (response, feed) =>
    void response
      .writeHead(200, { 'content-type': 'text/xml' })
      .end(toWindows1258(feed.replace(' encoding="UTF-8"', ''))),
  'leading-warning': (response, feed) =>
    void response
      .writeHead(200, html)
      .end(
        `<br />\n<b>Warning</b>: Undefined index: id in <b>C:\\web\\rss.php</b> on line <b>12</b><br />\n${feed}`
      ),
  'byte-order-mark': (response, feed) => void response.writeHead(200, xml).end(`\ufeff${feed}`),
  'not-well-formed': (response, feed) =>
    void response
      .writeHead(200, xml)
      .end(
        feed
          .replaceAll('&amp;', '&')
          .replace('</title>', '<br></title>')
          .replace('<rss ', '<rss media:x="1" ')
      ),
  compressed: (response, feed) =>
    void response.writeHead(200, { 'content-type': 'application/octet-stream' }).end(gzipSync(feed)),
  'gzip-bomb': (response) => void response.writeHead(200, { 'content-type': 'application/gzip' }).end(bomb),
  'entity-bomb'(response, feed) {
    const entities = Array.from({ length: 10 }, (_, n) => `<!ENTITY l${n + 1} "${`&l${n};`.repeat(10)}">`)
    const doctype = `<!DOCTYPE rss [<!ENTITY l0 "ha">${entities.join('')}]>`
    response.writeHead(200, xml).end(feed.replace('?>', `?>${doctype}`).replace('<title>', '<title>&l10;'))
  },
  'external-entity': (response, feed) =>
    void response
      .writeHead(200, xml)
      .end(
        feed
          .replace(
            '?>',
            '?><!DOCTYPE rss [<!ENTITY x SYSTEM "file:///etc/passwd"><!ENTITY % p SYSTEM "http://127.0.0.1:9/p">%p;]>'
          )
          .replaceAll('<title>', '<title>&x;')
      ),
  'endless-feed'(response, feed) {
    response.writeHead(200, xml)
    response.write(feed.slice(0, feed.indexOf('<item>')))
    flood(response, '<item><title>Tin giả</title><description>nội dung</description></item>')
  },
  'one-gigabyte'(response, feed) {
    response.writeHead(200, { ...xml, 'content-length': String(1_073_741_824) })
    response.write(feed.slice(0, feed.indexOf('<item>')))
    flood(response, '<item><title>Tin giả</title></item>', 1_073_741_824)
  },
  deep: (response, feed) =>
    void response.writeHead(200, xml).end(firstItem(feed, `<item><description>${'<div>'.repeat(50_000)}`)),
  'many-elements': (response, feed) =>
    void response.writeHead(200, xml).end(firstItem(feed, '<item><a/></item>'.repeat(150_000))),
  'many-references': (response, feed) =>
    void response
      .writeHead(200, xml)
      .end(
        firstItem(feed, `<item><title>x</title><description>${'&#38;'.repeat(700_000)}</description></item>`)
      ),
  'combining-marks': (response, feed) =>
    void response
      .writeHead(200, xml)
      .end(feed.replace('<item>\n<title>', `<item>\n<title>a${'\u0301'.repeat(200_000)}`)),
  redirect: (response) =>
    void response.writeHead(302, { location: 'http://169.254.169.254/latest/meta-data/' }).end(),
  'redirect-loop': (response) => void response.writeHead(302, { location: '/rss.xml' }).end(),
  script: (response, feed) =>
    void response
      .writeHead(200, xml)
      .end(
        firstItem(
          feed,
          `<item><title>Bài có mã &lt;script&gt;alert(1)&lt;/script&gt;</title><link>javascript:alert(2)</link><guid isPermaLink="false">ma-doc</guid><description>&lt;p onclick="x()"&gt;Đọc&lt;/p&gt;&lt;script&gt;alert(3)&lt;/script&gt;&lt;iframe src="http://127.0.0.1/"&gt;&lt;/iframe&gt;&lt;a href="javascript:alert(4)"&gt;x&lt;/a&gt;&lt;img src="http://127.0.0.1:9/metadata"&gt;</description></item>`
        )
      ),
  'always-new': (response, feed) =>
    void response
      .writeHead(200, { ...xml, etag: `"${performance.now()}"` })
      .end(feed.replace('<channel>', `<channel><lastBuildDate>${new Date().toUTCString()}</lastBuildDate>`)),
  'always-unchanged': (response) => void response.writeHead(304).end()
} as const satisfies Readonly<Record<string, FeedFault>>

export type FeedFaultName = keyof typeof feedFaults

/** Vietnamese text in windows-1258, in which tones are characters of their own. */
export function toWindows1258(text: string): Buffer {
  const apart = text
    .normalize('NFD')
    .replaceAll(
      /([aeoAEO])(\u0323?)\u0302/g,
      (_, letter: string, dot: string) => `${letter}\u0302`.normalize('NFC') + dot
    )
    .replaceAll(
      /([aA])(\u0323?)\u0306/g,
      (_, letter: string, dot: string) => `${letter}\u0306`.normalize('NFC') + dot
    )
    .replaceAll(/([ouOU])\u031b/g, (both: string) => both.normalize('NFC'))
  return iconv.encode(apart, 'windows-1258')
}
