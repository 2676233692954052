import type { PortalContent } from '../article.ts'
import { type GivenPosts, type PostPlace, readPosts } from '../wordpress/read-posts.ts'
import type { FeedProblem, FeedReading } from './feed.ts'
import { type GivenFeed, readFeed } from './read-feed.ts'
import { toContent } from './to-articles.ts'

export type FeedQuestion = GivenFeed & { readonly source: 'feed' }
export type PostsQuestion = GivenPosts & { readonly source: 'wordpress' }

export type FeedAnswer =
  | {
      readonly content: PortalContent
      readonly problems: readonly FeedProblem[]
      readonly isCut: boolean
    }
  | Extract<FeedReading, { readonly refused: string }>

export type PostsAnswer =
  | { readonly content: PortalContent; readonly places: readonly PostPlace[] }
  | { readonly error: string }
  | { readonly refused: string }

/** Bytes as articles that are safe to publish. */
export function answerTo(question: FeedQuestion | PostsQuestion): FeedAnswer | PostsAnswer {
  if (question.source === 'wordpress') return answerPosts(question)
  const reading = readFeed(question)
  if ('refused' in reading) return reading
  const { feed, problems, isCut } = reading
  return { content: toContent(feed, question.url), problems, isCut }
}

function answerPosts(question: PostsQuestion): PostsAnswer {
  const reading = readPosts(question)
  if (!('articles' in reading)) return reading
  const { articles, places } = reading
  const content = toContent({ title: '', link: undefined, articles, deleted: [] }, question.url)
  return { content, places }
}
