/** An article of the portal. */
export interface PortalArticle {
  readonly id: number
  readonly title: string
  readonly html: string
  readonly publishedAt: Date
  readonly modifiedAt: Date
  /** Address on the portal, without its host. */
  readonly path: string
}

/** How the feed writes the articles. */
export interface FeedStyle {
  readonly format: 'rss' | 'atom'
  /** Scheme and host in links and ids. */
  readonly origin: string
  /** Ids that are addresses, or numbers. */
  readonly ids: 'address' | 'number' | 'none' | 'same'
  readonly date: (at: Date) => string
  /** Ids of articles that are told as deleted (Atom). */
  readonly deleted: readonly number[]
}

const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')

const idOf = ({ id, path }: PortalArticle, { ids, origin }: FeedStyle): string => {
  if (ids === 'same') return '0'
  return ids === 'address' ? `${origin}${path}` : `bai-viet-${id}`
}

/** The articles as a feed, the newest first. */
export function feedOf(articles: readonly PortalArticle[], style: FeedStyle): string {
  const newestFirst = articles.toReversed()
  return style.format === 'rss' ? rssOf(newestFirst, style) : atomOf(newestFirst, style)
}

function rssOf(articles: readonly PortalArticle[], style: FeedStyle): string {
  const items = articles.map((article) => {
    const guid = `<guid isPermaLink="${style.ids === 'address'}">${escaped(idOf(article, style))}</guid>`
    return `<item>
<title>${escaped(article.title)}</title>
<link>${escaped(style.origin + article.path)}</link>
${style.ids === 'none' ? '' : guid}
<pubDate>${style.date(article.publishedAt)}</pubDate>
<description>${escaped(article.html)}</description>
</item>`
  })
  return `<?xml version="1.0" encoding="UTF-8"?>
<rss version="2.0"><channel>
<title>Cổng thông tin điện tử xã Hoà Bình</title>
<link>${style.origin}/</link>
<description>Tin tức, thông báo</description>
${items.join('\n')}
</channel></rss>
`
}

function atomOf(articles: readonly PortalArticle[], style: FeedStyle): string {
  const entries = articles.map(
    (article) => `<entry>
<id>${escaped(idOf(article, style))}</id>
<title type="html">${escaped(escaped(article.title))}</title>
<link rel="alternate" href="${escaped(style.origin + article.path)}"/>
<published>${article.publishedAt.toISOString()}</published>
<updated>${article.modifiedAt.toISOString()}</updated>
<content type="html">${escaped(article.html)}</content>
</entry>`
  )
  const deleted = style.deleted.map(
    (id) => `<at:deleted-entry ref="bai-viet-${id}" when="2026-11-26T00:00:00Z"/>`
  )
  return `<?xml version="1.0" encoding="UTF-8"?>
<feed xmlns="http://www.w3.org/2005/Atom" xmlns:at="http://purl.org/atompub/tombstones/1.0">
<title>Cổng thông tin điện tử xã Hoà Bình</title>
<link rel="alternate" href="${style.origin}/"/>
<id>${style.origin}/</id>
<updated>2026-11-26T00:00:00Z</updated>
${[...entries, ...deleted].join('\n')}
</feed>
`
}
