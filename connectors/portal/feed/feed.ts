import type { TextProblem } from './decode-text.ts'
import type { XmlProblem } from './xml-tree.ts'

/** HTML as the portal wrote it, and what its relative addresses refer to. */
export interface RawHtml {
  readonly html: string
  readonly base: string
}

export interface Enclosure {
  readonly url: string
  readonly mediaType: string | undefined
  readonly length: number | undefined
}

/** An article as a feed gives it. Texts are plain, in one line; nothing of the HTML is safe yet. */
export interface FeedArticle {
  /** As the feed writes it. */
  readonly id: string | undefined
  readonly link: string | undefined
  readonly title: string
  readonly summary: RawHtml | undefined
  readonly content: RawHtml | undefined
  /** Milliseconds since the epoch, whether plausible or not. */
  readonly publishedAt: number | undefined
  readonly updatedAt: number | undefined
  readonly authors: readonly string[]
  readonly categories: readonly string[]
  readonly enclosures: readonly Enclosure[]
  readonly language: string | undefined
  /** False for the last article of a feed that was cut off. */
  readonly isWhole: boolean
}

export interface Feed {
  readonly format: 'rss' | 'rdf' | 'atom'
  readonly version: string | undefined
  readonly title: string
  readonly link: string | undefined
  readonly description: string
  readonly language: string | undefined
  readonly updatedAt: number | undefined
  /** In the order of the feed. */
  readonly articles: readonly FeedArticle[]
  /** Ids of articles that the feed says are deleted (RFC 6721). */
  readonly deleted: readonly string[]
}

export type FeedProblem = TextProblem | XmlProblem | 'leading-text'

/** What reading bytes as a feed comes to. */
export type FeedReading =
  | {
      readonly feed: Feed
      readonly encoding: string
      /** What is wrong with the feed, although it was read. */
      readonly problems: readonly FeedProblem[]
      /** The feed ends in the middle. */
      readonly isCut: boolean
    }
  | {
      readonly refused: 'empty' | 'not-a-feed' | 'too-complex' | 'too-large'
      /** Feeds that a page names that stands in the place of one. */
      readonly discovered: readonly string[]
    }
