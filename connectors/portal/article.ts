import type { ShownImage } from './html/sanitize.ts'

/** A file that an article offers. */
export interface ArticleFile {
  readonly url: string
  readonly mediaType?: string
}

/** An article, whatever the portal gave it as. All texts are safe. */
export interface Article {
  /**
   * Names of the article that do not change with the host or the session: first the portal's own id, then its
   * address. Empty if it has none.
   */
  readonly keys: readonly string[]
  readonly title: string
  readonly summary: string | undefined
  /** Safe HTML with absolute addresses. */
  readonly content: string | undefined
  readonly link: string | undefined
  readonly publishedAt: number | undefined
  readonly updatedAt: number | undefined
  readonly authors: readonly string[]
  readonly categories: readonly string[]
  readonly language: string | undefined
  readonly images: readonly ShownImage[]
  readonly files: readonly ArticleFile[]
  /** SHA-256 of what a reader sees of it: another for each version. */
  readonly fingerprint: string
  /** Hash of the event that a connector of the bus made it of. */
  readonly origin: string | undefined
}

/** An article that cannot be used, and why. */
export interface UnusableArticle {
  readonly keys: readonly string[]
  readonly problem: 'empty' | 'too-large'
  readonly title: string
  readonly fingerprint: string
}

/** What a portal shows at the moment. */
export interface PortalContent {
  readonly title: string | undefined
  readonly link: string | undefined
  /** In the order of the portal. */
  readonly articles: readonly (Article | UnusableArticle)[]
  /** Keys of articles that the portal says are deleted. */
  readonly deleted: readonly string[]
}

/** More than any real article has; one with more is quarantined. */
export const articleLimits = { title: 1000, summary: 20_000, content: 5_000_000, list: 200 } as const
