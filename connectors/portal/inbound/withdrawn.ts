import { BusError } from '#protocol/errors/bus-error.ts'
import type { ConnectorIo, EventItem } from '../../connector.ts'
import type { InboundContext } from './context.ts'
import type { Missing } from './feed-position.ts'
import { type KnownArticle, readKnown } from './known-articles.ts'
import { toWithdrawal } from './to-item.ts'

/** Times that an address must answer that there is nothing: a portal that is being repaired says so as well. */
const goneNeeded = 2
const maxAsked = 10
const askedAtOnce = 10

/**
 * Asks the portal for articles that have disappeared from its feed. One whose address answers 404 or 410 in two polls
 * is withdrawn; one that is still there has only left the feed.
 */
export async function findWithdrawn(
  missing: readonly Missing[],
  context: InboundContext
): Promise<{ readonly items: readonly EventItem[]; readonly missing: readonly Missing[] }> {
  const items: EventItem[] = []
  const kept: Missing[] = missing.slice(askedAtOnce)
  for (const one of missing.slice(0, askedAtOnce)) {
    const known = await readKnown(one.hash, context.io)
    if (!known || known.isWithdrawn) continue
    const found = await askFor(known, context)
    const gone = one.gone + (found === 'gone' ? 1 : 0)
    if (found === 'there') continue
    if (gone >= goneNeeded) items.push(toWithdrawal(known, 'GONE', context))
    else if (one.asked + 1 < maxAsked) kept.push({ hash: one.hash, gone, asked: one.asked + 1 })
  }
  return { items, missing: kept }
}

async function askFor(
  { link }: KnownArticle,
  { host, settings, io }: InboundContext
): Promise<'gone' | 'there' | 'unknown'> {
  const url = link === undefined ? null : URL.parse(link)
  // Only the portal itself is asked, as for images.
  if (!url || ![host, ...settings.images.hosts].includes(url.host)) return 'there'
  try {
    const status = await statusOf(url.href, 'HEAD', io)
    const final = status === 405 || status === 501 ? await statusOf(url.href, 'GET', io) : status
    if (final === 404 || final === 410) return 'gone'
    return final < 400 ? 'there' : 'unknown'
  } catch (error) {
    io.signal.throwIfAborted()
    if (!(error instanceof BusError)) throw error
    // An answer that is redirected or too large is one.
    return error.code === 'BUS_PEER_FAILED' && error.waitMs === undefined ? 'there' : 'unknown'
  }
}

async function statusOf(url: string, method: string, io: ConnectorIo): Promise<number> {
  const response = await io.fetch(url, { method, signal: io.signal, redirect: 'manual' })
  await response.body?.cancel()
  return response.status
}
