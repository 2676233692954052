import type { DeliveredEvent } from '#protocol/events/event-stages.ts'
import { retry } from '#protocol/timing/retry.ts'
import { GatewayError } from './gateway-error.ts'

/** One event of an inbox, with its position. */
export interface InboxItem extends DeliveredEvent {
  /** Position in the inbox. Store it after processing the event; pass it as `after` to continue. Opaque, at most 128 characters. */
  readonly cursor: string
}

/** One page of an inbox. */
export interface InboxPage {
  /** Oldest first; empty if no event came within `waitSeconds`. */
  readonly events: readonly InboxItem[]
  /** Pass it as `after` of the next request. The events of a page count as delivered; this confirms it. */
  readonly next: string
}

/** Which page of an inbox to read. */
export interface InboxOptions {
  /** A cursor given to this system: reads the events after it. By default reading starts at the oldest event. */
  readonly after?: string | undefined
  /** An instant (RFC 3339): reads from the first event recorded then or later. Cannot be combined with `after`. */
  readonly from?: string | undefined
  /** Maximum number of events, 1 to 500; by default 100. A page has at most 4 MiB of events. */
  readonly limit?: number
  /** Only these event types; by default all. */
  readonly types?: readonly string[]
  /** How long the gateway waits for an event, in whole seconds, 0 to 30. */
  readonly waitSeconds?: number
}

/** How to follow an inbox: `InboxOptions`, with `waitSeconds` 20 by default, and one more. */
export interface FollowOptions extends InboxOptions {
  /** Called with each error after which reading is tried again, and the wait before that, in milliseconds. */
  readonly onRetry?: (error: GatewayError, waitMs: number) => unknown
}

/** An agency's answer to an event that it received. */
export interface Acknowledgement {
  /** The event's `source`. */
  readonly source: string
  /** The event's `id`. */
  readonly id: string
  /** Whether the agency accepts the event. */
  readonly state: 'accepted' | 'rejected'
  /** The agency's own code for the reason, at most 64 characters; the sender sees it. */
  readonly code?: string
  /** The reason, as text of at most 1,000 characters; the sender sees it. */
  readonly reason?: string
}

/**
 * Reads one page; rejects with a `GatewayError`, or with the signal's reason.
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
 * Reads a page, and retries while the gateway is busy or does not answer. Undefined if the signal aborts. If
 * the cursor has expired because the bus was restored, returns the time to read from.
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
 * The query string for one page, with its question mark.
 * @internal
 */
export function inboxQuery({ types = [], ...rest }: InboxOptions): string {
  const query = new URLSearchParams()
  for (const [name, value] of Object.entries(rest)) if (value !== undefined) query.set(name, String(value))
  if (types.length > 0) query.set('type', types.join(','))
  return query.size > 0 ? `?${query}` : ''
}
