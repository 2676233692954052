/** Where reading a feed goes on: the cursor of an instance. */
export interface FeedPosition {
  /** What the portal said of the feed that was read whole; for conditional requests. */
  readonly etag?: string
  readonly modified?: string
  /** SHA-256 of that feed. */
  readonly body?: string
  /** Short names of the articles that were in the feed, in its order. */
  readonly window: readonly string[]
  /** The first reading of the feed has not come to its end. */
  readonly isFirst?: boolean
  /** The last article of a feed that was cut off. */
  readonly cutAfter?: string | undefined
  /** Articles that have disappeared, and how often their address was asked for. */
  readonly missing: readonly Missing[]
}

export interface Missing {
  readonly hash: string
  /** Times that the portal said that there is nothing at the address. */
  readonly gone: number
  readonly asked: number
}

export function readPosition(cursor: string | undefined): FeedPosition {
  const none: FeedPosition = { window: [], missing: [] }
  if (cursor === undefined || !cursor.startsWith('{')) return none
  return { ...none, ...(JSON.parse(cursor) as Partial<FeedPosition>) }
}

/** Articles kept in mind at most: feeds are shorter. */
export const maxWindow = 1000
const maxMissing = 100

export function writePosition(position: FeedPosition): string {
  const { window, missing } = position
  return JSON.stringify({
    ...position,
    window: window.slice(0, maxWindow),
    missing: missing.slice(-maxMissing)
  })
}

/**
 * Articles that were in the feed, are not any more, and did not leave at its end: an older one is still there.
 */
export function disappeared(before: readonly string[], now: readonly string[]): readonly string[] {
  const current = new Set(now)
  const lastKept = before.findLastIndex((hash) => current.has(hash))
  return before.filter((hash, index) => index < lastKept && !current.has(hash))
}

/** Articles that are listed above one that was there before: they are new, whatever their date. */
export function enteredAmong(before: readonly string[], now: readonly string[]): readonly string[] {
  const known = new Set(before)
  const lastKept = now.findLastIndex((hash) => known.has(hash))
  return now.filter((hash, index) => index < lastKept && !known.has(hash))
}
