import { createHash } from 'node:crypto'
import { type Article, articleLimits, type PortalContent, type UnusableArticle } from '../article.ts'
import { sanitize } from '../html/sanitize.ts'
import { toText } from '../html/to-text.ts'
import { originOf } from '../origin.ts'
import type { Feed, FeedArticle } from './feed.ts'
import { addressKey, webAddress } from './urls.ts'

/** The articles of a feed, safe to publish. One that was cut off is left for the next poll. `url`: where it was read. */
export function toContent(
  { title, link, articles, deleted }: Pick<Feed, 'title' | 'link' | 'articles' | 'deleted'>,
  url: string
): PortalContent {
  const whole = articles.filter(({ isWhole }) => isWhole)
  const ownHosts = new Set([url, link ?? url].map(hostOf).filter((host) => host !== undefined))
  const keys = keysOf(whole, ownHosts)
  return {
    title: title || undefined,
    link,
    articles: whole.map((article, index) => toArticle(article, keys[index] ?? [])),
    deleted: deleted.map(namesIn([...addressesOf(whole), ...deleted], ownHosts))
  }
}

type Identified = Pick<FeedArticle, 'id' | 'link' | 'title' | 'publishedAt'>

/**
 * The keys of each article. An id or an address that several articles of the feed have names none of them, unless
 * they are the same article twice.
 */
export function keysOf(
  articles: readonly Identified[],
  ownHosts: ReadonlySet<string> = new Set()
): readonly (readonly string[])[] {
  const nameOf = namesIn(addressesOf(articles), ownHosts)
  const all = articles.map(({ id, link, title, publishedAt }) => ({
    id: id === undefined ? undefined : nameOf(id),
    link: link === undefined || isFrontPage(link) ? undefined : nameOf(link),
    text: `${title}\n${publishedAt ?? ''}`
  }))
  const isShared = (name: 'id' | 'link', one: Named): boolean =>
    all.some((other) => other !== one && other[name] === one[name] && !isSame(other, one))
  return all.map((one) => {
    const names = (['id', 'link'] as const)
      .filter((name) => !isShared(name, one))
      .map((name) => one[name])
      .filter((name) => name !== undefined)
    // Without a name of its own an article is what it says: edited, it is another one.
    if (names.length === 0 && one.text.trim() !== '') names.push(`text ${sha256(one.text)}`)
    return [...new Set(names)]
  })
}

/**
 * What an id or an address names, wherever the portal stands: its host moves. In a feed that gathers the articles of
 * several portals the host of another portal counts.
 */
function namesIn(addresses: readonly string[], ownHosts: ReadonlySet<string>): (address: string) => string {
  const hosts = new Set(addresses.map(hostOf).filter((host) => host !== undefined))
  return (address) => {
    const host = hostOf(address)
    if (host === undefined) return address
    return hosts.size > 1 && !ownHosts.has(host) ? `//${host}${addressKey(address)}` : addressKey(address)
  }
}

function addressesOf(articles: readonly Identified[]): readonly string[] {
  return articles.flatMap(({ id, link }) => [id, link]).filter((one) => one !== undefined)
}

/** Undefined if it is no address. */
function hostOf(address: string): string | undefined {
  return /^https?:/i.test(address) ? URL.parse(address)?.host.replace(/^www\./, '') : undefined
}

/** Many articles have it as their address, one after the other. */
function isFrontPage(address: string): boolean {
  return /^\/(?:(?:index|default|home)\.\w+)?$/i.test(addressKey(address))
}

interface Named {
  readonly id: string | undefined
  readonly link: string | undefined
  readonly text: string
}

/** Whether two items of a feed are one article that is listed twice. */
function isSame(a: Named, b: Named): boolean {
  return a.link === b.link && ((a.id !== undefined && a.id === b.id) || a.text === b.text)
}

function toArticle(given: FeedArticle, keys: readonly string[]): Article | UnusableArticle {
  const { title, link, content: full, summary: short, publishedAt, updatedAt, language } = given
  const raw = full ?? short
  const body = raw && sanitize(raw.html, raw.base)
  const summary = short && full ? toText(short.html) : raw && toText(raw.html)
  const isSummaryEnough = full !== undefined || (summary ?? '').length <= 1000
  const pictures = given.enclosures.filter(({ mediaType, url }) => isImage(mediaType, url))
  const shown = body?.images ?? []
  const images = [
    ...shown,
    ...pictures
      .filter(({ url }) => !shown.some((one) => one.url === url))
      .map(({ url }) => ({ url, description: undefined }))
  ]
  const files = given.enclosures
    .filter((one) => !pictures.includes(one))
    .map(({ url, mediaType }) => ({ url, ...(mediaType === undefined ? {} : { mediaType }) }))
  const fingerprint = fingerprintOf({ title, summary: summary ?? '', html: body?.html ?? '', images, files })
  const { authors, categories } = given
  // Without a title and a text, the title is the address.
  const isEmpty = title === '' || keys.length === 0 || (title === link && !body?.html && !summary)
  const isTooLarge =
    title.length > articleLimits.title ||
    (isSummaryEnough ? (summary ?? '').length : 0) > articleLimits.summary ||
    (body?.html ?? '').length > articleLimits.content ||
    [authors, categories, images, files].some(({ length }) => length > articleLimits.list)
  if (isEmpty || isTooLarge)
    return { keys, title: title.slice(0, 100), fingerprint, problem: isEmpty ? 'empty' : 'too-large' }
  return {
    ...{
      keys,
      title,
      link,
      publishedAt,
      updatedAt,
      authors,
      categories,
      language,
      images,
      files,
      fingerprint
    },
    summary: (isSummaryEnough ? summary : undefined) || undefined,
    content: body?.html || undefined,
    origin: raw && originOf(raw.html)?.hash
  }
}

function isImage(mediaType: string | undefined, url: string): boolean {
  if (mediaType !== undefined) return mediaType.toLowerCase().startsWith('image/')
  return /\.(?:jpe?g|png|gif|webp)$/i.test(URL.parse(url)?.pathname ?? '')
}

export interface Seen {
  readonly title: string
  readonly summary: string
  readonly html: string
  readonly images: readonly { readonly url: string }[]
  readonly files: readonly { readonly url: string }[]
}

/** The same for two versions that a reader cannot tell apart: hosts, sessions and invisible characters do not count. */
export function fingerprintOf({ title, summary, html, images, files }: Seen): string {
  const links = [...html.matchAll(/\shref="([^"]*)"/g)].map(([, href = '']) =>
    keyOf(href.replaceAll('&amp;', '&'))
  )
  const pictures = [...images, ...files].map(({ url }) => keyOf(url))
  return sha256(JSON.stringify([title, summary, toText(html), links, pictures]))
}

function keyOf(address: string): string {
  return webAddress(address, 'http://none/') === undefined ? address : addressKey(address)
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}
