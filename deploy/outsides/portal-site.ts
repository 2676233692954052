import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { buffer } from 'node:stream/consumers'
import { type FeedFaultName, feedFaults } from './feed-faults.ts'
import { type FeedStyle, feedOf, type PortalArticle } from './portal-articles.ts'

export interface AskedRequest {
  readonly method: string
  readonly path: string
  readonly headers: IncomingMessage['headers']
}

/** Answers a request that is none for the feed, an article or a file; false: not found. */
export type FurtherPaths = (
  request: IncomingMessage,
  body: Buffer,
  response: ServerResponse
) => boolean | Promise<boolean>

export interface PortalSite {
  readonly port: number
  readonly url: string
  /** In the order in which they were published. */
  readonly articles: PortalArticle[]
  /** Files by path, such as images. */
  readonly files: Map<string, Buffer>
  readonly requests: AskedRequest[]
  /** How the feed is written. */
  style: FeedStyle
  /** What the feed does instead of what it should. */
  fault: FeedFaultName | undefined
  /** Articles that the feed shows, of the newest. */
  shown: number
  /** Whether the portal takes part in conditional requests. */
  conditional: boolean
  add(article?: Partial<PortalArticle>): PortalArticle
  change(id: number, changes: Partial<PortalArticle>): void
  remove(id: number): void
  close(): Promise<void>
}

/** A web portal that serves a feed at `/rss.xml`, its articles and files, and can do everything that a bad one does. */
export async function startPortalSite({
  further
}: {
  readonly further?: FurtherPaths
} = {}): Promise<PortalSite> {
  const articles: PortalArticle[] = []
  const files = new Map<string, Buffer>()
  const requests: AskedRequest[] = []
  let last = 0

  const server = createServer(async (request, response) => {
    const { method = '', url: target = '/', headers } = request
    requests.push({ method, path: target, headers })
    const body = await buffer(request)
    if (await further?.(request, body, response)) return
    const { pathname } = new URL(target, site.url)
    const file = files.get(pathname)
    if (pathname === '/rss.xml') sendFeed(request, response)
    else if (file) response.writeHead(200, { 'content-type': 'application/octet-stream' }).end(file)
    else if (articles.some(({ path }) => path === pathname))
      response.writeHead(200, { 'content-type': 'text/html' }).end()
    else response.writeHead(404).end()
  })

  const sendFeed = (request: IncomingMessage, response: ServerResponse): void => {
    const feed = feedOf(articles.slice(-site.shown), site.style)
    if (site.fault) return feedFaults[site.fault](response, feed)
    const etag = `"${createHash('sha256').update(feed).digest('hex').slice(0, 16)}"`
    const conditions = site.conditional ? { etag, 'last-modified': lastModified(articles) } : {}
    if (site.conditional && request.headers['if-none-match'] === etag)
      return void response.writeHead(304, conditions).end()
    response.writeHead(200, { 'content-type': 'application/rss+xml; charset=utf-8', ...conditions }).end(feed)
  }

  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const origin = `http://127.0.0.1:${port}`
  const site: PortalSite = {
    ...{ port, url: origin, articles, files, requests, fault: undefined, shown: 50, conditional: true },
    style: { format: 'rss', origin, ids: 'address', date: (at) => at.toUTCString(), deleted: [] },
    add(given = {}) {
      last += 1
      const now = new Date()
      const article = {
        ...{ id: last, title: `Thông báo số ${last}`, html: `<p>Nội dung thông báo ${last}.</p>` },
        ...{ publishedAt: now, modifiedAt: now, path: `/tin-tuc/thong-bao-${last}.html` },
        ...given
      }
      articles.push(article)
      return article
    },
    change(id, changes) {
      const at = articles.findIndex((one) => one.id === id)
      const before = articles[at]
      if (before) articles[at] = { ...before, modifiedAt: new Date(), ...changes }
    },
    remove(id) {
      const at = articles.findIndex((one) => one.id === id)
      if (at !== -1) articles.splice(at, 1)
    },
    async close() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    }
  }
  return site
}

function lastModified(articles: readonly PortalArticle[]): string {
  return new Date(Math.max(0, ...articles.map(({ modifiedAt }) => modifiedAt.getTime()))).toUTCString()
}
