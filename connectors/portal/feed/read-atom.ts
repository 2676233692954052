import { plainText, toText } from '../html/to-text.ts'
import { childrenOf, firstOf, htmlOf, lineOf, markupOf, rawText } from './contents.ts'
import type { Feed, FeedArticle, RawHtml } from './feed.ts'
import { readDate } from './read-date.ts'
import { webAddress } from './urls.ts'
import type { XmlElement } from './xml-tree.ts'

/** Atom 1.0 and 0.3. */
export function readAtom(root: XmlElement, zone: string): Feed {
  const link = linkOf(root, 'alternate')
  return {
    format: 'atom',
    version:
      root.attributes.version ?? (root.attributes.xmlns === 'http://purl.org/atom/ns#' ? '0.3' : '1.0'),
    title: titleOf(firstOf(root, 'title')) || (link ?? ''),
    link,
    description: titleOf(firstOf(root, 'subtitle', 'tagline')),
    language: root.language,
    updatedAt: dateOf(root, zone, 'updated', 'modified'),
    articles: childrenOf(root, 'entry').map((entry) => readEntry(entry, { zone, root })),
    deleted: childrenOf(root, 'at:deleted-entry').flatMap(({ attributes: { ref } }) =>
      ref ? [ref.trim()] : []
    )
  }
}

interface EntryContext {
  readonly zone: string
  readonly root: XmlElement
}

function readEntry(entry: XmlElement, { zone, root }: EntryContext): FeedArticle {
  const id = lineOf(firstOf(entry, 'id')) || undefined
  const content = firstOf(entry, 'content')
  const summary = firstOf(entry, 'summary')
  const link =
    linkOf(entry, 'alternate') ??
    webAddress(content?.attributes.src, content?.base ?? entry.base) ??
    (id && /^https?:/i.test(id) ? webAddress(id, entry.base) : undefined)
  const body = content && bodyOf(content)
  return {
    id,
    link,
    title: titleOf(firstOf(entry, 'title', 'media:title', 'dc:title')),
    summary: summary && bodyOf(summary),
    content: body,
    publishedAt: dateOf(entry, zone, 'published', 'issued', 'created'),
    updatedAt: dateOf(entry, zone, 'updated', 'modified'),
    // An entry without authors has those of the feed that it comes from.
    authors:
      [entry, firstOf(entry, 'source'), root].map(authorsOf).find((authors) => authors.length > 0) ?? [],
    categories: childrenOf(entry, 'category')
      .map(({ attributes }) => plainText(attributes.label ?? attributes.term ?? ''))
      .filter((one) => one !== ''),
    enclosures: childrenOf(entry, 'link')
      .filter(({ attributes }) => attributes.rel === 'enclosure')
      .flatMap(({ attributes, base }) => {
        const url = webAddress(attributes.href, base)
        const length = Number(attributes.length)
        return url === undefined
          ? []
          : [
              {
                url,
                mediaType: attributes.type,
                length: Number.isSafeInteger(length) && length > 0 ? length : undefined
              }
            ]
      }),
    language: (content ?? entry).language,
    isWhole: entry.isClosed
  }
}

function authorsOf(element: XmlElement | undefined): readonly string[] {
  if (!element) return []
  return childrenOf(element, 'author')
    .map((author) => lineOf(firstOf(author, 'name')) || lineOf(firstOf(author, 'email')) || lineOf(author))
    .filter((one) => one !== '')
}

/** The first link of a relation; among several for people to read, one that leads to a page. */
function linkOf(element: XmlElement, rel: string): string | undefined {
  const links = childrenOf(element, 'link', 'atom:link').flatMap(({ attributes, base }) => {
    const relation = (attributes.rel ?? 'alternate')
      .trim()
      .toLowerCase()
      .replace(/^.*\/relation\//, '')
    const url = webAddress(attributes.href, base)
    return relation === rel && url !== undefined ? [{ url, type: attributes.type }] : []
  })
  return (links.find(({ type }) => type === undefined || /html/i.test(type)) ?? links[0])?.url
}

/** What the type of a text construct says about it. Atom 0.3 says it with `mode` and a media type. */
function formOf({ attributes }: XmlElement): 'text' | 'html' | 'xml' | 'base64' | 'other' {
  const type = (attributes.type ?? '').trim().toLowerCase()
  if (attributes.mode === 'base64') return 'base64'
  if (type === 'xhtml' || /[+/]xml$/.test(type)) return 'xml'
  if (type === 'html' || type === 'text/html') return 'html'
  if (attributes.mode === 'escaped' && type === '') return 'html'
  return type === '' || type.startsWith('text') ? 'text' : 'other'
}

function titleOf(element: XmlElement | undefined): string {
  if (!element) return ''
  const body = bodyOf(element)
  return body ? toText(body.html) : ''
}

/** The content as HTML; undefined for what is none, such as an image in base64. */
function bodyOf(element: XmlElement): RawHtml | undefined {
  const { base } = element
  const form = formOf(element)
  const hasElements = element.children.some((child) => 'name' in child)
  if (form === 'other') return undefined
  if (form === 'base64') return { html: Buffer.from(rawText(element), 'base64').toString(), base }
  if (form === 'html' || hasElements) return form === 'xml' ? xmlOf(element) : htmlOf(element)
  if (form === 'xml') return { html: rawText(element), base }
  return { html: escaped(rawText(element)), base }
}

/** XHTML stands within one `div`, which is not part of it. */
function xmlOf(element: XmlElement): RawHtml {
  const inner = element.children.filter((child) => 'name' in child || child.text.trim() !== '')
  const [only] = inner
  const isWrapped =
    inner.length === 1 && only !== undefined && 'name' in only && /^(?:xhtml:)?div$/i.test(only.name)
  return isWrapped
    ? { html: markupOf(only), base: only.base }
    : { html: markupOf(element), base: element.base }
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
}

function dateOf(element: XmlElement, zone: string, ...names: readonly string[]): number | undefined {
  const found = names.flatMap((name) => childrenOf(element, name).map((one) => readDate(rawText(one), zone)))
  return found.find((one) => one !== undefined)
}
