import { parseFeed } from 'htmlparser2'
import sanitizeHtml from 'sanitize-html'
import type { Client } from '#client/client.ts'
import { newEvent } from '#client/new-event.ts'

/** An article, as far as a small program reads one. */
interface Article {
  readonly link: string
  readonly title: string
  readonly html: string
  readonly publishedAt: string
}

/** Reads a feed as htmlparser2 does, and publishes what it has as a signed batch. */
export async function publishFeed(client: Client, url: string): Promise<number> {
  const { items = [] } = parseFeed(await (await fetch(url)).text()) ?? {}
  const articles = items.map(({ link = '', title = '', description = '', pubDate }) => {
    return { link, title, html: description, publishedAt: (pubDate ?? new Date()).toISOString() }
  })
  await publishArticles(client, articles)
  return items.length
}

interface Post {
  readonly link: string
  readonly title: { readonly rendered: string }
  readonly content: { readonly rendered: string }
  readonly date_gmt: string
}

/** Asks the REST interface of WordPress page by page, and publishes each page as a signed batch. */
export async function publishPosts(
  client: Client,
  { url, since }: { readonly url: string; readonly since: string }
): Promise<number> {
  let count = 0
  for (let page = 1; ; page += 1) {
    const query = { rest_route: '/wp/v2/posts', _embed: 'author,wp:term,wp:featuredmedia' }
    const order = { orderby: 'modified', order: 'asc', modified_after: since, per_page: '100' }
    const search = new URLSearchParams({ ...query, ...order, page: String(page) })
    const response = await fetch(`${url}/?${search}`)
    const posts = (await response.json()) as readonly Post[]
    const articles = posts.map(({ link, title, content, date_gmt }) => {
      return { link, title: title.rendered, html: content.rendered, publishedAt: `${date_gmt}.000Z` }
    })
    await publishArticles(client, articles)
    count += posts.length
    if (page >= Number(response.headers.get('x-wp-totalpages'))) return count
  }
}

async function publishArticles(client: Client, articles: readonly Article[]): Promise<void> {
  const events = articles.map(({ link, title, html, publishedAt }) => {
    const lists = { authors: [], categories: [], images: [], files: [], attachments: [] }
    const data = { articleId: link, title, content: sanitizeHtml(html), link, publishedAt, ...lists }
    return newEvent(client.system, { type: 'article.published.v1', subject: link, data })
  })
  await client.publish(...events)
}

interface Site {
  readonly url: string
  readonly user: string
  readonly password: string
}

/** A program that publishes an article as a post of WordPress. */
export function createPoster({ url, user, password }: Site) {
  const authorization = `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`
  const headers = { authorization, 'content-type': 'application/json' }
  return async ({ title, html }: { readonly title: string; readonly html: string }): Promise<void> => {
    const body = JSON.stringify({ title, content: sanitizeHtml(html), status: 'publish' })
    const response = await fetch(`${url}/?rest_route=/wp/v2/posts`, { method: 'POST', headers, body })
    if (response.status !== 201) throw new TypeError(`a post was answered with ${response.status}`)
    await response.json()
  }
}
