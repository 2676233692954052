import { isJsonObject, type Json, type JsonObject } from '#protocol/events/json.ts'
import type { FeedArticle, RawHtml } from '../feed/feed.ts'
import { readDate } from '../feed/read-date.ts'
import { webAddress } from '../feed/urls.ts'
import { toText } from '../html/to-text.ts'

/** Where a post stands in the order of changes. */
export interface PostPlace {
  readonly id: number
  /** As WordPress writes them, in UTC: `2026-11-26T01:00:00`. */
  readonly modified: string
  readonly published: string
  /** It has a password, and is not public. */
  readonly isProtected: boolean
}

/** A page of posts, or what WordPress says instead. */
export type PostsReading =
  | { readonly places: readonly PostPlace[]; readonly articles: readonly FeedArticle[] }
  /** An error of WordPress, by its code. */
  | { readonly error: string }
  | { readonly refused: string }

export interface GivenPosts {
  readonly bytes: Uint8Array
  /** Address of the site. */
  readonly url: string
  readonly zone: string
}

/** Reads what `/wp/v2/posts` answers. Posts with a password are left out: they are not public. */
export function readPosts({ bytes, url, zone }: GivenPosts): PostsReading {
  const value = parseJson(bytes)
  if (isJsonObject(value) && typeof value.code === 'string') return { error: value.code }
  if (!Array.isArray(value)) return { refused: value === undefined ? 'no JSON' : 'no list of posts' }
  const posts = value.filter(isJsonObject).filter(({ id }) => Number.isSafeInteger(id))
  if (posts.length !== value.length) return { refused: 'a post without a number' }
  return {
    places: posts.map((post) => ({
      id: Number(post.id),
      modified: textOf(post.modified_gmt),
      published: textOf(post.date_gmt),
      isProtected: isProtected(post)
    })),
    articles: posts.filter((post) => !isProtected(post)).map((post) => toArticle(post, url, zone))
  }
}

function isProtected(post: JsonObject): boolean {
  return memberOf(post.content).protected === true
}

/** JSON that plug-ins have written something in front of, such as a notice of PHP. */
function parseJson(bytes: Uint8Array): Json | undefined {
  const text = new TextDecoder().decode(bytes)
  for (const start of [0, text.search(/\[\s*\{\s*"/), text.search(/\[\s*\]\s*$/), text.search(/\{\s*"/)]) {
    if (start === -1) continue
    try {
      return JSON.parse(text.slice(start)) as Json
    } catch {
      // It begins elsewhere, or nowhere.
    }
  }
  return undefined
}

function toArticle(post: JsonObject, url: string, zone: string): FeedArticle {
  const embedded = memberOf(post._embedded)
  const terms = listOf(embedded['wp:term']).flatMap(listOf).map(memberOf)
  const picture = memberOf(listOf(embedded['wp:featuredmedia'])[0])
  const pictureUrl = webAddress(textOf(picture.source_url), url)
  const base = webAddress(textOf(post.link), url) ?? url
  return {
    id: `${url.replace(/\/+$/, '')}/?p=${String(post.id)}`,
    link: webAddress(textOf(post.link), url),
    title: toText(rendered(post.title)),
    summary: htmlOf(rendered(post.excerpt), base),
    content: htmlOf(rendered(post.content), base),
    publishedAt: dateOf(post.date_gmt, post.date, zone),
    updatedAt: dateOf(post.modified_gmt, post.modified, zone),
    authors: listOf(embedded.author)
      .map((one) => toText(textOf(memberOf(one).name)))
      .filter((one) => one !== ''),
    categories: terms
      .filter(({ taxonomy }) => taxonomy === 'category')
      .map(({ name }) => toText(textOf(name)))
      .filter((one) => one !== ''),
    enclosures:
      pictureUrl === undefined
        ? []
        : [{ url: pictureUrl, mediaType: textOf(picture.mime_type) || 'image/*', length: undefined }],
    language: undefined,
    isWhole: true
  }
}

/** WordPress gives times in UTC without saying so, and beside them in the zone of the site. */
function dateOf(utc: Json | undefined, local: Json | undefined, zone: string): number | undefined {
  return readDate(textOf(utc), 'UTC') ?? readDate(textOf(local), zone)
}

function htmlOf(html: string, base: string): RawHtml | undefined {
  return html === '' ? undefined : { html, base }
}

function rendered(value: Json | undefined): string {
  return textOf(memberOf(value).rendered).toWellFormed()
}

function memberOf(value: Json | undefined): JsonObject {
  return isJsonObject(value) ? value : {}
}

function listOf(value: Json | undefined): readonly Json[] {
  return Array.isArray(value) ? value : []
}

function textOf(value: Json | undefined): string {
  return typeof value === 'string' ? value : ''
}
