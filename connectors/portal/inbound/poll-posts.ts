import type { ConnectorIo, EventItem, InboundItem, Polled } from '../../connector.ts'
import type { PortalContent } from '../article.ts'
import { faults } from '../faults.ts'
import type { PostsAnswer, PostsQuestion } from '../feed/answer.ts'
import { addressKey } from '../feed/urls.ts'
import type { PortalSession } from '../session.ts'
import type { WordPressSettings } from '../settings.ts'
import { askWordPress, routeUrl } from '../wordpress/posts-api.ts'
import {
  advanceList,
  type ListPosition,
  type PostsPosition,
  readPostsPosition,
  watching
} from '../wordpress/posts-position.ts'
import type { PostPlace } from '../wordpress/read-posts.ts'
import type { InboundContext } from './context.ts'
import { findKnown } from './known-articles.ts'
import { type Taken, takeArticles } from './take-articles.ts'
import { toWithdrawal } from './to-item.ts'

const program = new URL('../feed/read.worker.ts', import.meta.url)

/** Posts of one page: WordPress needs little longer for fifty than for twenty. */
const pageSize = 50
/** Posts that WordPress lists at once where little is asked of each. */
const placesAtOnce = 100
const placeFields = 'id,date_gmt,modified_gmt'
/** Versions of posts that are remembered as read: more than are published within a minute. */
const maxRead = 200
/** Posts that one poll asks whether they are still there. */
const watchedAtOnce = 100

/** Asks WordPress for posts that are new or changed, and whether those that it had are still published. */
export async function pollPosts(
  { settings, warnOnce }: PortalSession,
  wordpress: WordPressSettings,
  { cursor, io }: { readonly cursor: string | undefined; readonly io: ConnectorIo }
): Promise<Polled> {
  const { url } = wordpress
  const start = readPostsPosition(cursor, { startAt: io.startAt, now: io.now() })
  const context: InboundContext = {
    ...{ settings, host: new URL(url).host, io },
    portal: { title: undefined, link: url }
  }
  const changed = await takeChanged(start.changed, { wordpress, context })
  const read = joined(start.read ?? [], changed.places)
  const published = changed.more
    ? { items: [], places: [], position: start.published, more: false }
    : await takePublished(start.published, read, { wordpress, context })
  const items = [...changed.items, ...published.items]
  const position = {
    ...start,
    changed: changed.position,
    published: published.position,
    watched: watching(start.watched, [...changed.places, ...published.places]),
    read: joined(read, published.places).slice(-maxRead)
  }
  const more = changed.more || published.more
  if (more || !settings.withdrawals) return { items, cursor: JSON.stringify(position), more }
  const swept = await findUnpublished(position, { wordpress, context, warnOnce })
  return { items: [...items, ...swept.items], cursor: JSON.stringify(swept.position) }
}

interface Asking {
  readonly wordpress: WordPressSettings
  readonly context: InboundContext
}

interface TakenList {
  readonly items: readonly InboundItem[]
  readonly places: readonly PostPlace[]
  readonly position: ListPosition
  readonly more: boolean
}

const whole = { _embed: 'author,wp:term,wp:featuredmedia' }

/** What is new or changed on the next page in the order of changes. */
async function takeChanged(at: ListPosition, asking: Asking): Promise<TakenList> {
  const { after, page } = at
  const query = { orderby: 'modified', order: 'asc', per_page: String(pageSize), page: String(page) }
  const { content, places } = await readPage(
    { ...query, ...whole, ...(after !== undefined && { modified_after: `${after}Z` }) },
    asking
  )
  const { items, more } = await take(content, asking)
  if (more) return { items, places, position: at, more }
  const instants = places.map(({ modified }) => modified)
  return { items, places, ...advanceList(at, instants, pageSize) }
}

/**
 * What is new on the next page in the order of publication. Few are: most posts were read in the order of changes, and
 * are not asked for again.
 */
async function takePublished(
  at: ListPosition,
  read: readonly PostPlace[],
  asking: Asking
): Promise<TakenList> {
  const { after, page } = at
  const order = { orderby: 'date', order: 'asc', per_page: String(placesAtOnce), page: String(page) }
  const { places } = await readPage(
    { ...order, _fields: placeFields, ...(after !== undefined && { after: `${after}Z` }) },
    asking
  )
  const unread = places.filter((place) => !isAmong(read, place)).map(({ id }) => id)
  const next = advanceList(
    at,
    places.map(({ published }) => published),
    placesAtOnce
  )
  const items: InboundItem[] = []
  for (let from = 0; from < unread.length; from += pageSize) {
    const some = { include: unread.slice(from, from + pageSize).join(','), per_page: String(pageSize) }
    const { content } = await readPage({ ...some, ...whole }, asking)
    const found = await take(content, asking)
    items.push(...found.items)
    if (found.more) return { items, places, position: at, more: true }
  }
  return { items, places, ...next }
}

function joined(some: readonly PostPlace[], more: readonly PostPlace[]): readonly PostPlace[] {
  return [...some, ...more.filter((place) => !isAmong(some, place))]
}

function isAmong(places: readonly PostPlace[], { id, modified }: PostPlace): boolean {
  return places.some((one) => one.id === id && one.modified === modified)
}

function take(content: PortalContent, { context }: Asking): Promise<Taken> {
  return takeArticles(content, context, { passedOver: new Set(), isFirst: false })
}

async function readPage(
  query: Readonly<Record<string, string>>,
  { wordpress, context: { io, settings } }: Asking
): Promise<Extract<PostsAnswer, { readonly content: object }>> {
  const url = routeUrl(wordpress, 'posts', query)
  const { body } = await askWordPress(wordpress, url, { accepted: [400] }, io)
  const { host } = new URL(url)
  const question: PostsQuestion = {
    ...{ source: 'wordpress', url: wordpress.url, zone: settings.zone },
    bytes: new Uint8Array(body)
  }
  const answer = await io.compute<PostsQuestion, PostsAnswer>(program, question)
  if (answer === undefined) throw faults.feedTooComplex({ values: { host } })
  if ('content' in answer) return answer
  const problem = 'error' in answer ? answer.error : answer.refused
  // A page after the last one: posts were deleted meanwhile.
  if (problem !== 'rest_post_invalid_page_number')
    throw faults.answerUnreadable({ values: { host, problem } })
  return { content: { title: undefined, link: undefined, articles: [], deleted: [] }, places: [] }
}

interface Watching extends Asking {
  readonly warnOnce: PortalSession['warnOnce']
}

/** Posts that WordPress does not list any more, in two polls, are withdrawn: deleted, made drafts again, or given a password. */
async function findUnpublished(
  position: PostsPosition,
  { wordpress, context, warnOnce }: Watching
): Promise<{ readonly items: readonly EventItem[]; readonly position: PostsPosition }> {
  const { watched, gone, next } = position
  const asked = [...new Set([...gone, ...watched.slice(next, next + watchedAtOnce - gone.length)])]
  if (asked.length === 0) return { items: [], position: { ...position, next: 0 } }
  const listed = await listedAmong(asked, { wordpress, context })
  const missing = asked.filter((id) => !listed.has(id))
  const after = { ...position, next: next + watchedAtOnce >= watched.length ? 0 : next + watchedAtOnce }
  if (listed.size === 0 && asked.length > 1) {
    warnOnce('WordPress lists none of its posts: they are not taken for withdrawn', context.io)
    return { items: [], position: after }
  }
  const items: EventItem[] = []
  const withdrawn = missing.filter((id) => gone.includes(id))
  for (const id of withdrawn) {
    const known = await findKnown([postKey(wordpress, id)], context.io)
    if (known && !known.isWithdrawn) items.push(toWithdrawal(known, 'UNPUBLISHED', context))
  }
  return {
    items,
    position: {
      ...after,
      watched: watched.filter((id) => !withdrawn.includes(id)),
      gone: missing.filter((id) => !withdrawn.includes(id)).slice(0, watchedAtOnce)
    }
  }
}

async function listedAmong(ids: readonly number[], asking: Asking): Promise<ReadonlySet<number>> {
  const query = { include: ids.join(','), per_page: String(watchedAtOnce), _fields: 'id,content.protected' }
  const { places } = await readPage(query, asking)
  return new Set(places.filter(({ isProtected }) => !isProtected).map(({ id }) => id))
}

/** What names a post: the address that its feed gives as well. */
function postKey({ url }: WordPressSettings, id: number): string {
  return addressKey(`${url.replace(/\/+$/, '')}/?p=${id}`)
}
