import type { InboundItem } from '../../connector.ts'
import type { Article, PortalContent, UnusableArticle } from '../article.ts'
import { isPlausible } from '../feed/read-date.ts'
import type { InboundContext } from './context.ts'
import { findKnown, isOwn, shortName } from './known-articles.ts'
import { toFaultyItem, toItem } from './to-item.ts'

/** Articles of one poll at most, and images from which on it takes no further article: they are fetched one by one. */
const atOnce = { articles: 100, images: 100 }

export interface Taken {
  readonly items: readonly InboundItem[]
  /** Short names of the articles that were looked at. */
  readonly seen: ReadonlySet<string>
  /** Whether some are left for the next poll. */
  readonly more: boolean
}

export interface TakeOptions {
  /** Articles that are to stay unknown. */
  readonly passedOver: ReadonlySet<string>
  /** The portal is read for the first time: what has no date is older than the instance. */
  readonly isFirst: boolean
  /** Articles that are new, whatever their date. */
  readonly entered?: ReadonlySet<string>
  /** Articles so far down that nobody knows whether they were there before. */
  readonly beyond?: ReadonlySet<string>
}

/** What is new or changed among the articles of a portal, oldest first. */
export async function takeArticles(
  { articles }: PortalContent,
  context: InboundContext,
  options: TakeOptions
): Promise<Taken> {
  const items: InboundItem[] = []
  const seen = new Set<string>()
  const taken = new Set<string>()
  let [usable, images] = [0, 0]
  for (const article of oldestFirst(articles, context.io.now())) {
    if (usable >= atOnce.articles || images >= atOnce.images) return { items, seen, more: true }
    const hash = shortName(article)
    const item =
      seen.has(hash) || options.passedOver.has(hash)
        ? undefined
        : await takeOne(article, context, { ...options, taken, hash })
    seen.add(hash)
    if (!item) continue
    items.push(item)
    if ('problem' in article) continue // It is given in each poll: it must not keep others from being given.
    usable += 1
    images += Math.min(article.images.length, context.settings.images.maxCount)
  }
  return { items, seen, more: false }
}

async function takeOne(
  article: Article | UnusableArticle,
  context: InboundContext,
  { taken, ...options }: TakeOptions & { readonly taken: Set<string>; readonly hash: string }
): Promise<InboundItem | undefined> {
  if ('problem' in article) return toFaultyItem(article)
  if (article.origin !== undefined) return undefined // The bus posted it: published, it would be an echo.
  const known = await findKnown(article.keys, context.io)
  // Two articles that lead to one that is known: the first of them is it.
  if (known && taken.has(known.mark)) return undefined
  if (known) taken.add(known.mark)
  if (known?.fingerprint === article.fingerprint && !known.isWithdrawn) return undefined
  if (!known && (await isOwn(article.keys, context.io))) return undefined
  if (!known && isBeforeStart(article, { ...options, startAt: context.io.startAt })) return undefined
  return await toItem(article, known, context)
}

function isBeforeStart(
  { publishedAt, updatedAt }: Article,
  {
    hash,
    startAt,
    isFirst,
    entered,
    beyond
  }: TakeOptions & { readonly hash: string; readonly startAt: number }
): boolean {
  if (startAt === 0 || entered?.has(hash)) return false
  const dates = [publishedAt, updatedAt].filter((at) => at !== undefined)
  return dates.length === 0 ? isFirst || beyond?.has(hash) === true : Math.max(...dates) < startAt
}

/**
 * Portals list the newest article first. Dates order them, as far as they can be true; one without such a date stays
 * where it is listed.
 */
function oldestFirst(
  articles: PortalContent['articles'],
  now: number
): readonly (Article | UnusableArticle)[] {
  let last = 0
  return articles
    .toReversed()
    .map((article) => {
      const at = 'problem' in article ? undefined : article.publishedAt
      if (at !== undefined && isPlausible(at, now)) last = at
      return { article, at: last }
    })
    .sort((a, b) => a.at - b.at)
    .map(({ article }) => article)
}
