import type { Json, JsonObject } from '#protocol/events/json.ts'
import type { EventDraft, EventItem, FaultyItem } from '../../connector.ts'
import type { Article, UnusableArticle } from '../article.ts'
import { faults } from '../faults.ts'
import { isPlausible } from '../feed/read-date.ts'
import type { InboundContext } from './context.ts'
import { type FetchedImage, fetchImages } from './images.ts'
import type { KnownArticle } from './known-articles.ts'
import { keyHash, marksFor, newId, newMark } from './known-articles.ts'

/** Bytes of HTML that stand in the event itself; longer texts become an attachment. */
const longestContent = 200_000

/** A new or changed article as an item. `known`: what was published of it before. */
export async function toItem(
  article: Article,
  known: KnownArticle | undefined,
  context: InboundContext
): Promise<EventItem> {
  const { host, io, settings } = context
  const { keys, title, link, fingerprint } = article
  const images = await fetchImages(article.images, { settings: settings.images, host }, io)
  const next: KnownArticle = {
    ...{ id: known?.id ?? newId(host, keys), mark: known?.mark ?? newMark(keys), fingerprint, title },
    revision: (known?.revision ?? 0) + 1,
    link
  }
  const isChange = known !== undefined && !known.isWithdrawn
  const event: EventDraft = {
    ...addressed(next.id, context),
    type: isChange ? 'article.updated.v1' : 'article.published.v1',
    data: {
      ...(await dataOf(article, images, context)),
      articleId: next.id,
      ...(isChange && { revision: next.revision })
    }
  }
  return { reference: referenceOf(next), event, marks: marksFor(keys, next) }
}

async function dataOf(
  article: Article,
  images: readonly FetchedImage[],
  { io, portal }: InboundContext
): Promise<JsonObject> {
  const { title, summary, content, link, authors, categories, language, files } = article
  const isLong = content !== undefined && Buffer.byteLength(content) > longestContent
  const file = isLong ? await io.attach('noi-dung.html', 'text/html', Buffer.from(content)) : undefined
  const found = images.flatMap(({ attachment }) => attachment ?? [])
  const attachments = [...found, ...(file ? [file] : [])]
  return {
    ...{ title, authors, categories, files },
    ...given({ summary, link, language, portalTitle: portal.title, portalLink: portal.link }),
    ...given({ content: isLong ? undefined : content, contentFile: file?.sha256 }),
    ...given({
      publishedAt: instant(article.publishedAt, io.now()),
      updatedAt: instant(article.updatedAt, io.now())
    }),
    images: images.map(({ url, description, attachment, problem }) => ({
      url,
      ...given({ description, sha256: attachment?.sha256, problem })
    })),
    attachments: attachments.filter(
      ({ sha256 }, at) => attachments.findIndex((one) => one.sha256 === sha256) === at
    )
  } as unknown as JsonObject
}

export type WithdrawalReason = 'DELETED' | 'GONE' | 'UNPUBLISHED'

/** An article that the portal has withdrawn, as an item. */
export function toWithdrawal(
  known: KnownArticle,
  reason: WithdrawalReason,
  context: InboundContext
): EventItem {
  const next = { ...known, revision: known.revision + 1, isWithdrawn: true }
  const { id, title, link } = next
  return {
    reference: referenceOf(next),
    event: {
      ...addressed(id, context),
      type: 'article.withdrawn.v1',
      data: {
        ...{ articleId: id, reason, withdrawnAt: new Date(context.io.now()).toISOString() },
        ...given({ title: title || undefined, link })
      }
    },
    marks: marksFor([], next)
  }
}

/** An article that cannot be used, as an item that is quarantined. */
export function toFaultyItem({ keys, title, problem, fingerprint }: UnusableArticle): FaultyItem {
  const [key = ''] = keys
  const values = { article: title || key || fingerprint.slice(0, 16) }
  return {
    reference: `${keyHash(key)} unusable ${fingerprint.slice(0, 32)}`,
    fault: problem === 'empty' ? faults.articleEmpty({ values }) : faults.articleTooLarge({ values })
  }
}

function addressed(
  subject: string,
  { settings }: InboundContext
): Pick<EventDraft, 'subject' | 'recipients'> {
  const { recipients } = settings
  return { subject, ...(recipients.length > 0 && { recipients }) }
}

/** Names one version: the same article again, after a change back, is another revision. */
function referenceOf({ mark, revision, fingerprint }: KnownArticle): string {
  return `${mark} ${revision} ${fingerprint.slice(0, 16)}`
}

function given(values: Readonly<Record<string, Json | undefined>>): JsonObject {
  return Object.fromEntries(
    Object.entries(values).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]]))
  )
}

function instant(ms: number | undefined, now: number): string | undefined {
  return ms !== undefined && isPlausible(ms, now) ? new Date(ms).toISOString() : undefined
}
