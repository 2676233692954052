import type { PostPlace } from './read-posts.ts'

/** How far a list of posts was read. */
export interface ListPosition {
  /** Posts after it are asked for, in UTC without a zone, as WordPress writes it. */
  readonly after?: string
  /** The page after it that comes next: more than one while a second fills pages. */
  readonly page: number
}

/** Where reading posts goes on: the cursor of an instance. */
export interface PostsPosition {
  /** In the order of changes. */
  readonly changed: ListPosition
  /** In the order of publication: a post that was scheduled does not change when it is published. */
  readonly published: ListPosition
  /** Posts whose withdrawal is watched for, the newest last. */
  readonly watched: readonly number[]
  /** Where in them the next poll goes on. */
  readonly next: number
  /** Of them, those that were not there when they were last asked for. */
  readonly gone: readonly number[]
  /** Versions of posts that were read last: they are not read again in the order of publication. */
  readonly read?: readonly PostPlace[]
}

/** `now`: from here on the order of publication is read; what was published before comes in that of changes. */
export function readPostsPosition(
  cursor: string | undefined,
  { startAt, now }: { readonly startAt: number; readonly now: number }
): PostsPosition {
  if (cursor?.startsWith('{')) return JSON.parse(cursor) as PostsPosition
  return {
    changed: { page: 1, ...(startAt > 0 && { after: instantOf(startAt) }) },
    published: { page: 1, after: instantOf(now - overlapMs) },
    ...{ watched: [], next: 0, gone: [] }
  }
}

/** Posts that are watched at most; older ones are published for good. */
const maxWatched = 2000
/** A post is stored a moment after the time that it bears: the next poll starts so much earlier. */
const overlapMs = 60_000

export function watching(watched: readonly number[], places: readonly PostPlace[]): readonly number[] {
  const ids = places.map(({ id }) => id)
  return [...watched.filter((id) => !ids.includes(id)), ...ids].slice(-maxWatched)
}

/**
 * The position after a page, and whether there is more now. A full page is followed by the one that begins with its
 * last second again, since further posts may have come in it; a second that fills pages is read page by page.
 */
export function advanceList(
  position: ListPosition,
  instants: readonly string[],
  pageSize: number
): { readonly position: ListPosition; readonly more: boolean } {
  const [first, last] = [instants[0], instants.at(-1)]
  if (first === undefined || last === undefined) return { position: { ...position, page: 1 }, more: false }
  if (instants.length < pageSize)
    return { position: { after: latest(position.after, earlier(last, overlapMs)), page: 1 }, more: false }
  const next =
    first === last ? { ...position, page: position.page + 1 } : { page: 1, after: earlier(last, 1000) }
  return { position: next, more: true }
}

function earlier(instant: string, ms: number): string {
  return instantOf(Date.parse(`${instant}Z`) - ms)
}

function instantOf(ms: number): string {
  return new Date(ms).toISOString().slice(0, 19)
}

function latest(a: string | undefined, b: string): string {
  return a !== undefined && a > b ? a : b
}
