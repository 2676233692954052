import { Parser } from 'htmlparser2'
import { toText } from '../html/to-text.ts'
import { decodeText, type GivenBytes, TooLarge } from './decode-text.ts'
import type { FeedArticle, FeedProblem, FeedReading } from './feed.ts'
import { readAtom } from './read-atom.ts'
import { readRss } from './read-rss.ts'
import { webAddress } from './urls.ts'
import { parseXml, TooComplex } from './xml-tree.ts'

export interface GivenFeed extends GivenBytes {
  /** Where it was fetched. */
  readonly url: string
  readonly contentLocation?: string | undefined
  /** IANA zone of dates that name none. */
  readonly zone: string
}

/** What may stand before the root element. */
const prolog = /(?:\s|<!--[\s\S]*?-->|<\?[\s\S]*?\?>)*/y
const root = /<(?:(?:[\w-]+:)?(?:rss|feed|RDF)[\s>]|channel[\s>]|!DOCTYPE\s+(?:rss|feed|rdf))/i
const beginning = new RegExp(`<\\?xml\\s|${root.source}`, 'i')

/** Reads bytes as RSS or Atom. */
export function readFeed(given: GivenFeed): FeedReading {
  try {
    return read(given)
  } catch (error) {
    if (error instanceof TooComplex) return { refused: 'too-complex', discovered: [] }
    if (error instanceof TooLarge) return { refused: 'too-large', discovered: [] }
    throw error
  }
}

function read(given: GivenFeed): FeedReading {
  const { text, encoding, problems: ofText } = decodeText(given)
  if (text.trim() === '') return { refused: 'empty', discovered: [] }
  const problems = new Set<FeedProblem>(ofText)
  const refusal = { refused: 'not-a-feed', discovered: discover(text, given.url) } as const
  prolog.lastIndex = 0
  prolog.test(text)
  const afterProlog = prolog.lastIndex
  const hasProlog = text.slice(afterProlog, afterProlog + 100).search(root) === 0
  const start = hasProlog ? afterProlog : text.search(beginning)
  if (start === -1) return refusal
  const isDeclaredLate = /^[ \t\r\n]+<\?xml\s/.test(text)
  if (isDeclaredLate || (!hasProlog && text.slice(0, start).trim() !== '')) problems.add('leading-text')
  const base = webAddress(given.contentLocation, given.url) ?? given.url
  const tree = parseXml(text.slice(start), base)
  if (!tree) return refusal
  const { root: top } = tree
  for (const problem of tree.problems) problems.add(problem)
  const local = top.written.slice(top.written.indexOf(':') + 1).toLowerCase()
  if (!['rss', 'rdf', 'channel', 'feed'].includes(local)) return refusal
  const feed = local === 'feed' ? readAtom(top, given.zone) : readRss(top, given.zone)
  return {
    feed: { ...feed, articles: feed.articles.map(withTitle) },
    encoding,
    problems: [...problems],
    isCut: !top.isClosed
  }
}

const excerptLength = 100

/** An article without a title goes by the beginning of its text. */
function withTitle(article: FeedArticle): FeedArticle {
  if (article.title !== '') return article
  const text = toText((article.content ?? article.summary)?.html ?? '')
  const excerpt =
    text.length > excerptLength ? `${text.slice(0, excerptLength).replace(/\s+\S*$/, '')}…` : text
  return { ...article, title: excerpt || (article.link ?? article.id ?? '') }
}

/** Longest page that is searched for the feeds that it names. */
const searched = 200_000
const feedTypes = /^application\/(?:rss|atom|rdf)\+xml\b/i

/** Feeds that a page of HTML names. */
function discover(text: string, url: string): readonly string[] {
  const found: string[] = []
  const parser = new Parser({
    onopentag(name, { rel = '', type = '', href }) {
      const address = webAddress(href, url)
      const isFeed = name === 'link' && /\balternate\b/i.test(rel) && feedTypes.test(type)
      if (isFeed && address !== undefined && found.length < 3) found.push(address)
    }
  })
  parser.write(text.slice(0, searched))
  parser.end()
  return found
}
