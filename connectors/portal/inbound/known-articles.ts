import { createHash } from 'node:crypto'
import type { ConnectorIo, Marks } from '../../connector.ts'
import type { Article } from '../article.ts'

/** What an instance remembers of an article that it has published. */
export interface KnownArticle {
  /** The subject of its events. */
  readonly id: string
  readonly fingerprint: string
  /** Counts its events, so that each has a reference of its own. */
  readonly revision: number
  /** The start of its title, for what is told about it later. */
  readonly title: string
  readonly link?: string | undefined
  readonly isWithdrawn?: boolean
  /** The mark that this stands in. */
  readonly mark: string
}

const longestTitle = 200

/** Short name of a key. */
export function keyHash(key: string): string {
  return createHash('sha256').update(key).digest('hex').slice(0, 32)
}

/** Short name of an article among those of its feed. */
export function shortName({ keys, fingerprint }: Pick<Article, 'keys' | 'fingerprint'>): string {
  return keyHash(keys[0] ?? fingerprint)
}

const markOf = (hash: string): string => `article ${hash}`

/**
 * The article that was published under one of these keys. A portal that changes its ids keeps its addresses, or the
 * other way round: one key is enough.
 */
export async function findKnown(
  keys: readonly string[],
  io: Pick<ConnectorIo, 'mark'>
): Promise<KnownArticle | undefined> {
  for (const key of keys) {
    const found = await readKnown(keyHash(key), io)
    if (found) return found
  }
  return undefined
}

/** The article of a key that is known by its short name. */
export async function readKnown(
  hash: string,
  io: Pick<ConnectorIo, 'mark'>
): Promise<KnownArticle | undefined> {
  const value = await io.mark(markOf(hash))
  if (value === undefined) return undefined
  if (!value.startsWith('{')) return value === hash ? undefined : readKnown(value, io)
  return { ...(JSON.parse(value) as Omit<KnownArticle, 'mark'>), mark: markOf(hash) }
}

/** Marks that remember an article under all its keys. */
export function marksFor(keys: readonly string[], known: KnownArticle): Marks {
  const { mark, title, ...facts } = known
  const main = mark.slice(markOf('').length)
  const others = keys.map(keyHash).filter((hash) => hash !== main)
  return {
    [mark]: JSON.stringify({ ...facts, title: title.slice(0, longestTitle) }),
    ...Object.fromEntries(others.map((hash) => [markOf(hash), main]))
  }
}

/** The mark of an article that is new. */
export function newMark([first = '']: readonly string[]): string {
  return markOf(keyHash(first))
}

const longestId = 256

/** The subject of a new article's events: the portal's host and what names the article there. */
export function newId(host: string, [key = '']: readonly string[]): string {
  const id = `${host}${key.startsWith('/') ? '' : '/'}${key}`
  const isPlain = id.length <= longestId && /^[\x21-\x7e]+$/.test(id)
  return isPlain ? id : `${host}/${keyHash(key)}`
}

/** The mark of a post that a delivery made, by what names it on the portal. */
export function ownMark(key: string): string {
  return `own ${keyHash(key)}`
}

/** Whether a delivery of this instance made the article: published, it would be an echo. */
export async function isOwn(keys: readonly string[], io: Pick<ConnectorIo, 'mark'>): Promise<boolean> {
  for (const key of keys) if ((await io.mark(ownMark(key))) !== undefined) return true
  return false
}
