import { retry } from '#protocol/errors/retry.ts'
import type { DeliveredEvent } from '#protocol/events/event-stages.ts'

import { GatewayError } from './gateway-error.ts'

/** One event of an inbox: a `DeliveredEvent`, and its place. */
export interface InboxItem extends DeliveredEvent {
  /** Its place in the inbox: store it once the event is dealt with, and go on from it as `after`. Opaque, at most 128 characters. */
  readonly cursor: string
}

/** A part of an inbox. */
export interface InboxPage {
  /** The oldest first; none where nothing came within `waitSeconds`. */
  readonly events: readonly InboxItem[]
  /** Hand it back as `after`. It also tells the bus that this page arrived: until then its events count as not delivered. */
  readonly next: string
}

/** Which part of an inbox to read. */
export interface InboxOptions {
  /** A cursor that this system was given: what comes after it. By default the oldest event kept. */
  readonly after?: string | undefined
  /** An instant (RFC 3339): from the first event recorded then or later. Not together with `after`. */
  readonly from?: string | undefined
  /** Most events a page, 1 to 500; by default 100. A page also ends at 4 MiB of events. */
  readonly limit?: number
  /** Only these event types; by default all. */
  readonly types?: readonly string[]
  /** How long the gateway waits for a first event, in whole seconds, 0 to 30. */
  readonly waitSeconds?: number
}

/** How to follow an inbox: `InboxOptions`, with a `waitSeconds` of 20 by default, and one more. */
export interface FollowOptions extends InboxOptions {
  /** Is told each error after which the reading goes on by itself, with how long it waits before, in milliseconds. */
  readonly onRetry?: (error: GatewayError, waitMs: number) => unknown
}

/** An agency's answer to an event it was given. */
export interface Acknowledgement {
  /** The event's `source`. */
  readonly source: string
  /** The event's `id`. */
  readonly id: string
  /** What the agency makes of it. */
  readonly state: 'accepted' | 'rejected'
  /** The agency's own code for why, at most 64 characters; the sender sees it. */
  readonly code?: string
  /** Why, in words, at most 1,000 characters; the sender sees it. */
  readonly reason?: string
}

/**
 * Reads one page; rejects with a `GatewayError`, or as the signal says.
 * @internal
 */
export type ReadPage = (options: InboxOptions, signal: AbortSignal) => Promise<InboxPage>

/**
 * Reads an inbox page after page until the signal aborts, see `Client.follow`.
 * @internal
 */
export async function* followInbox(
  read: ReadPage,
  { after, from, onRetry = () => {}, ...rest }: FollowOptions,
  signal: AbortSignal
): AsyncGenerator<InboxItem, void, undefined> {
  let place: Pick<InboxOptions, 'after' | 'from'> = { after, from }
  while (!signal.aborted) {
    const page = await nextPage(() => read({ waitSeconds: 20, ...rest, ...place }, signal), onRetry, signal)
    if (page === undefined) return
    if ('from' in page) {
      place = page
      continue
    }
    for (const item of page.events) {
      if (signal.aborted) return
      yield item
    }
    place = { after: page.next }
  }
}

/**
 * A page, however long the gateway is busy or away; nothing once the signal
 * aborts; or where to read from where the bus was restored and the cursor has
 * expired.
 */
async function nextPage(
  read: () => Promise<InboxPage>,
  onRetry: NonNullable<FollowOptions['onRetry']>,
  signal: AbortSignal
): Promise<InboxPage | { readonly from: string } | undefined> {
  const waitMs = (error: unknown): number | undefined => {
    if (signal.aborted || !(error instanceof GatewayError) || error.retry === 'never') return undefined
    const { waitMs = 1000 } = error
    onRetry(error, waitMs)
    return waitMs
  }
  try {
    return await retry(read, { waitMs, signal })
  } catch (error) {
    if (signal.aborted) return undefined
    if (error instanceof GatewayError && error.problem.from !== undefined) return { from: error.problem.from }
    throw error
  }
}

/**
 * The query of one page, with its question mark.
 * @internal
 */
export function inboxQuery({ types = [], ...rest }: InboxOptions): string {
  const query = new URLSearchParams()
  for (const [name, value] of Object.entries(rest)) if (value !== undefined) query.set(name, String(value))
  if (types.length > 0) query.set('type', types.join(','))
  return query.size > 0 ? `?${query}` : ''
}
