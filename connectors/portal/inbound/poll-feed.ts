import { createHash } from 'node:crypto'
import type { ConnectorIo, EventItem, Polled } from '../../connector.ts'
import { ask } from '../ask.ts'
import { faults } from '../faults.ts'
import type { FeedAnswer, FeedQuestion } from '../feed/answer.ts'
import type { PortalSession } from '../session.ts'
import type { PortalSettings } from '../settings.ts'
import type { InboundContext } from './context.ts'
import {
  disappeared,
  enteredAmong,
  type FeedPosition,
  maxWindow,
  readPosition,
  writePosition
} from './feed-position.ts'
import { findKnown, shortName } from './known-articles.ts'
import { takeArticles } from './take-articles.ts'
import { toWithdrawal } from './to-item.ts'
import { findWithdrawn } from './withdrawn.ts'

const program = new URL('../feed/read.worker.ts', import.meta.url)

type FeedSettings = NonNullable<PortalSettings['feed']>

/** Asks for the feed, unless it is the one that was read before, and gives what is new in it. */
export async function pollFeed(
  { settings, warnOnce }: PortalSession,
  feed: FeedSettings,
  { cursor, io }: { readonly cursor: string | undefined; readonly io: ConnectorIo }
): Promise<Polled> {
  const position = readPosition(cursor)
  const { host } = new URL(feed.url)
  const context: InboundContext = { settings, host, portal: { title: undefined, link: undefined }, io }
  const fetched = await fetchFeed(feed, position, io)
  if (!fetched) return await withWithdrawn(position, [], context)
  const read = await readFetched(fetched, feed, settings.zone, io)
  const { content, isCut, problems } = read
  if (problems.length > 0)
    warnOnce(`the feed has faults and is read all the same: ${[...problems].sort().join(', ')}`, io)
  const inFeed = { ...context, portal: { title: content.title, link: content.link } }
  const isFirst = cursor === undefined || position.isFirst === true
  const passedOver = new Set(isFirst ? [] : await unknownAmong(position.window, io))
  const listing = content.articles.map(shortName)
  const { items, seen, more } = await takeArticles(content, inFeed, {
    ...{ passedOver, isFirst },
    entered: new Set(isFirst ? [] : enteredAmong(position.window, listing)),
    beyond: new Set(listing.slice(maxWindow))
  })
  // One that cannot be used has not been passed over: corrected, it is new.
  const window = content.articles.filter((one) => !('problem' in one)).map(shortName)
  if (more || isCut) {
    // The rest is read by the next poll: until then the feed does not count as read.
    const kept = [...new Set([...window.filter((hash) => seen.has(hash)), ...position.window])]
    // A transfer breaks off anywhere. A feed that ends at the same article again is written so.
    const cutAfter = more ? position.cutAfter : listing.at(-1)
    const isStillFirst = isFirst && (more || cutAfter === undefined || cutAfter !== position.cutAfter)
    const next = { window: kept, missing: position.missing, isFirst: isStillFirst, cutAfter }
    return { items, cursor: writePosition(next), more }
  }
  const missing = settings.withdrawals ? missingAfter(position, window) : []
  const deleted = settings.withdrawals ? await deletedAmong(content.deleted, inFeed) : []
  return await withWithdrawn({ ...fetched.facts, window, missing }, [...items, ...deleted], inFeed)
}

interface FetchedFeed {
  readonly bytes: Buffer
  readonly contentType: string | undefined
  readonly contentLocation: string | undefined
  readonly facts: Pick<FeedPosition, 'etag' | 'modified' | 'body'>
}

/** Undefined if the feed is the one of the position. */
async function fetchFeed(
  { url }: FeedSettings,
  { etag, modified, body }: FeedPosition,
  io: ConnectorIo
): Promise<FetchedFeed | undefined> {
  const headers = {
    accept: 'application/rss+xml, application/atom+xml, application/xml;q=0.9, text/xml;q=0.9, */*;q=0.1',
    ...(etag !== undefined && { 'if-none-match': etag }),
    ...(modified !== undefined && { 'if-modified-since': modified })
  }
  const answer = await ask(url, { headers, accepted: [304] }, io)
  if (answer.status === 304) return undefined
  const sha256 = createHash('sha256').update(answer.body).digest('hex')
  if (sha256 === body) return undefined
  const newEtag = answer.headers.get('etag')
  const newModified = answer.headers.get('last-modified')
  return {
    bytes: answer.body,
    contentType: answer.headers.get('content-type') ?? undefined,
    contentLocation: answer.headers.get('content-location') ?? undefined,
    facts: {
      body: sha256,
      ...(newEtag !== null && { etag: newEtag }),
      ...(newModified !== null && { modified: newModified })
    }
  }
}

async function readFetched(
  { bytes, contentType, contentLocation }: FetchedFeed,
  { url, encoding, maxBytes }: FeedSettings,
  zone: string,
  io: ConnectorIo
): Promise<Extract<FeedAnswer, { readonly content: object }>> {
  const { host } = new URL(url)
  if (bytes.length > maxBytes) throw faults.feedTooLarge({ values: { host, limit: maxBytes } })
  const question: FeedQuestion = {
    source: 'feed',
    bytes: new Uint8Array(bytes),
    contentType,
    contentLocation,
    encoding,
    maxBytes,
    url,
    zone
  }
  const answer = await io.compute<FeedQuestion, FeedAnswer>(program, question)
  if (answer === undefined) throw faults.feedTooComplex({ values: { host } })
  if ('content' in answer) return answer
  const values = { host, limit: maxBytes, discovered: answer.discovered.join(', ') || '–' }
  const ofRefusal = {
    empty: faults.feedEmpty,
    'not-a-feed': faults.notAFeed,
    'too-complex': faults.feedTooComplex,
    'too-large': faults.feedTooLarge
  }
  throw ofRefusal[answer.refused]({ values })
}

/** Articles that were in the feed and were not published, since they are older than the instance. */
async function unknownAmong(window: readonly string[], io: ConnectorIo): Promise<readonly string[]> {
  if (io.startAt === 0) return []
  const unknown: string[] = []
  for (const hash of window) if ((await io.mark(`article ${hash}`)) === undefined) unknown.push(hash)
  return unknown
}

function missingAfter(
  { window: before, missing }: FeedPosition,
  window: readonly string[]
): FeedPosition['missing'] {
  const kept = missing.filter(({ hash }) => !window.includes(hash))
  const added = disappeared(before, window).filter((hash) => !kept.some((one) => one.hash === hash))
  return [...kept, ...added.map((hash) => ({ hash, gone: 0, asked: 0 }))]
}

/** Articles that the feed itself says are deleted. */
async function deletedAmong(keys: readonly string[], context: InboundContext): Promise<readonly EventItem[]> {
  const items: EventItem[] = []
  for (const key of keys) {
    const known = await findKnown([key], context.io)
    if (known && !known.isWithdrawn) items.push(toWithdrawal(known, 'DELETED', context))
  }
  return items
}

async function withWithdrawn(
  position: FeedPosition,
  items: Polled['items'],
  context: InboundContext
): Promise<Polled> {
  const found = await findWithdrawn(position.missing, context)
  return { items: [...items, ...found.items], cursor: writePosition({ ...position, missing: found.missing }) }
}
