import { plainText } from '../html/to-text.ts'
import { childrenOf, firstOf, htmlOf, lineOf, rawText, seenText } from './contents.ts'
import type { Enclosure, Feed, FeedArticle } from './feed.ts'
import { readDate } from './read-date.ts'
import { webAddress } from './urls.ts'
import type { XmlElement } from './xml-tree.ts'

/** RSS 0.9x and 2.0, and RSS 1.0 and 0.90, which are RDF. */
export function readRss(root: XmlElement, zone: string): Feed {
  const channels = /channel$/i.test(root.name) ? [root] : childrenOf(root, 'channel')
  const channel = channels[0] ?? root
  const items = [root, ...channels.filter((one) => one !== root)].flatMap((one) => childrenOf(one, 'item'))
  const link = channelLink(channel)
  const isRdf = /rdf$/i.test(root.name)
  return {
    format: isRdf ? 'rdf' : 'rss',
    version: root.attributes.version ?? (isRdf ? '1.0' : undefined),
    title: seenText(firstOf(channel, 'title', 'dc:title')) || (link ?? ''),
    link,
    description: seenText(firstOf(channel, 'description', 'dc:description')),
    language: lineOf(firstOf(channel, 'language', 'dc:language')) || root.language || undefined,
    updatedAt: dateOf(channel, zone, 'lastbuilddate', 'dcterms:modified', 'pubdate', 'dc:date'),
    articles: items.map((item) => readItem(item, zone)),
    deleted: []
  }
}

function readItem(item: XmlElement, zone: string): FeedArticle {
  const enclosures = enclosuresOf(item)
  const guid = firstOf(item, 'guid')
  const id = lineOf(guid) || item.attributes['rdf:about'] || undefined
  const permanence = (guid?.attributes.isPermaLink ?? guid?.attributes.ispermalink)?.trim().toLowerCase()
  const link =
    addressOf(firstOf(item, 'feedburner:origlink')) ??
    childrenOf(item, 'link')
      .map(addressOf)
      .find((one) => one !== undefined) ??
    atomLink(item) ??
    (guid && isAddress(lineOf(guid), permanence) ? addressOf(guid) : undefined) ??
    (item.attributes['rdf:about'] && webAddress(item.attributes['rdf:about'], item.base)) ??
    enclosures.find(({ mediaType }) => !mediaType?.startsWith('image/'))?.url
  const description = firstOf(
    item,
    'description',
    'dc:description',
    'atom:summary',
    'itunes:summary',
    'media:description'
  )
  const content = firstOf(
    item,
    'content:encoded',
    'xhtml:body',
    'xhtml:div',
    'atom:content',
    'summary',
    'fulltext',
    'fullitem',
    'body'
  )
  const published = dateOf(
    item,
    zone,
    'pubdate',
    'dcterms:issued',
    'dcterms:created',
    'atom:published',
    'published'
  )
  const other = dateOf(item, zone, 'dc:date', 'date')
  return {
    id,
    link,
    title: seenText(firstOf(item, 'title', 'dc:title', 'media:title', 'itunes:title')),
    summary: description && htmlOf(description),
    content: content && htmlOf(content),
    publishedAt: published ?? other,
    updatedAt: dateOf(item, zone, 'dcterms:modified', 'atom:updated', 'updated') ?? other,
    authors: childrenOf(item, 'dc:creator', 'author', 'itunes:author')
      .map(seenText)
      .filter((one) => one !== ''),
    categories: childrenOf(item, 'category', 'dc:subject')
      .map(lineOf)
      .filter((one) => one !== ''),
    enclosures,
    language: lineOf(firstOf(item, 'dc:language')) || item.language,
    isWhole: item.isClosed
  }
}

/** Whether an id is the address of its article. */
function isAddress(id: string, permanence: string | undefined): boolean {
  return permanence === 'true' ? !id.includes(' ') : permanence !== 'false' && /^https?:/i.test(id)
}

function channelLink(channel: XmlElement): string | undefined {
  const written = childrenOf(channel, 'link')
    .map(addressOf)
    .find((one) => one !== undefined)
  return written ?? atomLink(channel)
}

/** Links that RSS borrows from Atom. */
function atomLink(element: XmlElement): string | undefined {
  return childrenOf(element, 'atom:link')
    .filter(({ attributes }) => (attributes.rel ?? 'alternate') === 'alternate')
    .map(({ attributes, base }) => webAddress(attributes.href, base))
    .find((one) => one !== undefined)
}

function addressOf(element: XmlElement | undefined): string | undefined {
  return element && webAddress(rawText(element) || element.attributes.href, element.base)
}

function dateOf(element: XmlElement, zone: string, ...names: readonly string[]): number | undefined {
  for (const name of names) {
    for (const one of childrenOf(element, name)) {
      const found = readDate(rawText(one), zone)
      if (found !== undefined) return found
    }
  }
  return undefined
}

/** Files, among them the images that the media module names. */
function enclosuresOf(item: XmlElement): readonly Enclosure[] {
  const groups = childrenOf(item, 'media:group')
  const contents = [item, ...groups].flatMap((one) => childrenOf(one, 'media:content'))
  const thumbnails = [item, ...groups, ...contents].flatMap((one) => childrenOf(one, 'media:thumbnail'))
  const images = childrenOf(item, 'image').flatMap((one) => childrenOf(one, 'url'))
  const media = [...contents, ...thumbnails, ...childrenOf(item, 'itunes:image'), ...images]
  const found = [...childrenOf(item, 'enclosure'), ...media].flatMap((element) => {
    const { attributes, base, name } = element
    const given = attributes.url ?? attributes.href ?? attributes['rdf:resource'] ?? rawText(element)
    const url = webAddress(given, base)
    if (url === undefined) return []
    const length = Number(attributes.length ?? attributes.fileSize ?? Number.NaN)
    const isImage = attributes.medium === 'image' || /thumbnail$|image$|^url$/i.test(name)
    return [
      {
        url,
        mediaType: plainText(attributes.type ?? '') || (isImage ? 'image/*' : undefined),
        length: Number.isSafeInteger(length) && length > 0 ? length : undefined
      }
    ]
  })
  return found.filter(({ url }, index) => found.findIndex((one) => one.url === url) === index)
}
