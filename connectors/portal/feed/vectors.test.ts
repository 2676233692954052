import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { dateDifferences, feedDifferences } from '../fixtures/feed-differences.ts'
import { isExpected, notCarried, valueAt } from '../fixtures/feed-values.ts'
import { type Assertion, dateCases, type FeedCase, feedCases } from '../fixtures/vectors.ts'
import { readPosts } from '../wordpress/read-posts.ts'
import type { FeedArticle, FeedReading } from './feed.ts'
import { readDate } from './read-date.ts'
import { readFeed } from './read-feed.ts'
import { keysOf } from './to-articles.ts'

const url = 'https://portal.example.vn/rss/tin-tuc.rss'

function read(one: FeedCase): FeedReading {
  const { bytes, fetched_url = url, http_headers: headers = {}, zone = 'UTC' } = one
  if (one.kind === 'wordpress-rest') return ofWordPress(readPosts({ bytes, url: fetched_url, zone }))
  return readFeed({
    ...{ bytes, url: fetched_url, zone, maxBytes: 10_000_000 },
    contentType: headers['content-type'] ?? 'application/xml',
    contentLocation: headers['content-location']
  })
}

/** Posts as if they were a feed, for the paths of the test suites. */
function ofWordPress(reading: ReturnType<typeof readPosts>): FeedReading {
  if (!('articles' in reading)) return { refused: 'not-a-feed', discovered: [] }
  const { articles } = reading
  const feed = { format: 'atom', version: undefined, title: '', link: undefined, description: '' } as const
  return {
    feed: { ...feed, language: undefined, updatedAt: undefined, articles, deleted: [] },
    encoding: 'utf-8',
    problems: [],
    isCut: false
  }
}

const articlesOf = (reading: FeedReading): readonly FeedArticle[] =>
  'feed' in reading ? reading.feed.articles : []

/** Whether what a case asserts holds; `readMs`: how long reading took. */
function holds(
  { op, path = '', value }: Assertion,
  one: FeedCase,
  { reading, readMs }: { readonly reading: FeedReading; readonly readMs: number }
): boolean {
  const found = path === '' ? undefined : valueAt(path, reading)
  if (found === notCarried) return false
  switch (op) {
    case 'eq':
      return isExpected(path, value, found)
    case 'count':
      return (Array.isArray(found) ? found.length : 0) === value
    case 'present':
      return found !== undefined && found !== ''
    case 'contains':
      return String(found).includes(String(value))
    case 'not_contains':
      return !String(found).includes(String(value))
    case 'error':
      return 'refused' in reading && reading.refused === String(value).replaceAll(' ', '-')
    case 'keep_previous_items':
      return 'refused' in reading // Then the poll fails, and what was read before stays.
    case 'error_or_unexpanded':
      return JSON.stringify(reading).length < 10_000
    case 'bounded':
      return readMs < 2000
    case 'end_of_pages': {
      const posts = readPosts({ bytes: one.bytes, url, zone: 'UTC' })
      return 'error' in posts && posts.error === 'rest_post_invalid_page_number'
    }
    case 'error_or_items':
      return 'refused' in reading || articlesOf(reading).length === value
    case 'stable_id_ignores':
      return sessionsDoNotCount(articlesOf(reading))
    case 'new_items_after_previous_poll':
      return newSincePrevious(one, reading) === value
    case 'no_crash':
    case 'no_network': // The reader is given bytes, and imports nothing that could ask for more.
      return true
    default:
      return false
  }
}

function sessionsDoNotCount(articles: readonly FeedArticle[]): boolean {
  const moved = articles.map((article) => ({
    ...article,
    link: article.link?.replace(/(jsessionid=)\w+/i, '$1OTHER').replace(/(utm_\w+=)[^&]*/g, '$1other')
  }))
  const isMoved = moved.some(({ link }, index) => link !== articles[index]?.link)
  return isMoved && JSON.stringify(keysOf(moved)) === JSON.stringify(keysOf(articles))
}

function newSincePrevious({ previous_poll }: FeedCase, reading: FeedReading): number {
  const previous = feedCases.find(({ file }) => file === previous_poll)
  const known = new Set(previous ? keysOf(articlesOf(read(previous))).flat() : [])
  return keysOf(articlesOf(reading)).filter((keys) => !keys.some((key) => known.has(key))).length
}

describe('portal: feeds of others', () => {
  it('reads every case of the test suites as they do, or otherwise as the table says', () => {
    const failed = feedCases.flatMap((one) => {
      const before = performance.now()
      const reading = read(one)
      const readMs = performance.now() - before
      return one.expected.assert
        .filter((assertion) => !holds(assertion, one, { reading, readMs }))
        .map(({ path, op }) => `${one.file} ${path ?? op}`)
    })
    assert.deepEqual([...new Set(failed)].toSorted(), Object.keys(feedDifferences).toSorted())
    assert.equal(feedCases.length, 239)
  })
})

describe('portal: dates of others', () => {
  it('reads every case of the test suites as they do, or otherwise as the table says', () => {
    const failed = dateCases.filter(({ input, expected_utc: expected, zone_used: zone = 'UTC' }) => {
      const found = readDate(input, zone)
      const ms = expected === null ? undefined : Date.parse(expected)
      return (found === undefined ? undefined : Math.floor(found / 1000) * 1000) !== ms
    })
    assert.deepEqual(failed.map(({ input }) => input).toSorted(), Object.keys(dateDifferences).toSorted())
    assert.equal(dateCases.length, 126)
  })
})
