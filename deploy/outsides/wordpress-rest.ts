import type { IncomingMessage, ServerResponse } from 'node:http'
import { setTimeout as pause } from 'node:timers/promises'
import type { FurtherPaths } from './portal-site.ts'

/** A post of the small WordPress. */
export interface SmallPost {
  readonly id: number
  readonly slug: string
  readonly status: string
  readonly title: string
  readonly content: string
}

/** What the small WordPress does to requests, instead of what it should. */
export type WordPressFailure = 'busy' | 'unavailable' | 'credentials' | 'refuses'

export interface SmallWordPress {
  /** Published posts, in the order in which they were first published. */
  readonly published: readonly SmallPost[]
  /** When a post was asked for by its name, on the clock of `performance.now`. */
  readonly askedAt: readonly number[]
  fail: WordPressFailure | undefined
  /** How long after a change it answers. */
  answerDelayMs: number
  readonly further: FurtherPaths
}

const failures = { busy: 429, unavailable: 503, credentials: 401 } as const

/**
 * The part of the REST interface of WordPress (`/wp/v2/posts` and `/wp/v2/media`) that posting needs. Answers every
 * request of the portal with a failure if told to.
 */
export function createSmallWordPress(
  authorization: string,
  onPublish: (post: SmallPost) => void
): SmallWordPress {
  const posts = new Map<number, SmallPost>()
  const published: number[] = []
  const askedAt: number[] = []
  let last = 0

  const shown = ({ id, slug, status, title, content }: SmallPost): object => ({
    ...{ id, slug, status, title: { raw: title }, content: { raw: content } }
  })

  const save = (id: number, changes: Partial<SmallPost>): SmallPost => {
    const before = posts.get(id) ?? { id, slug: '', status: 'draft', title: '', content: '' }
    const isTaken = [...posts.values()].some((one) => one.slug === changes.slug && one.id !== id)
    const post = { ...before, ...changes, ...(isTaken && { slug: `${changes.slug}-2` }) }
    posts.set(id, post)
    if (post.status === 'publish' && !published.includes(id)) {
      published.push(id)
      onPublish(post)
    }
    return post
  }

  const answerTo = async (
    { method = '', headers }: IncomingMessage,
    query: URLSearchParams,
    body: Buffer
  ): Promise<readonly [status: number, value: unknown]> => {
    const [, , , kind, number] = (query.get('rest_route') ?? '').split('/')
    const isChange = method !== 'GET'
    if (headers.authorization !== authorization) return [401, { code: 'rest_forbidden' }]
    if (isChange && small.fail === 'refuses') return [400, { code: 'rest_invalid_param' }]
    if (kind === 'media') return [200, []]
    const id = Number(number)
    if (!isChange) {
      const slug = query.get('slug')
      if (slug !== null) askedAt.push(performance.now())
      return [200, [...posts.values()].filter((one) => slug === null || one.slug === slug).map(shown)]
    }
    const made = change(method, id, body)
    await pause(small.answerDelayMs)
    return made
  }

  const change = (method: string, id: number, body: Buffer): readonly [number, unknown] => {
    if (method === 'DELETE') return posts.delete(id) ? [200, {}] : [404, { code: 'rest_post_invalid_id' }]
    if (id > 0 && !posts.has(id)) return [404, { code: 'rest_post_invalid_id' }]
    last += id > 0 ? 0 : 1
    return [id > 0 ? 200 : 201, shown(save(id > 0 ? id : last, JSON.parse(body.toString())))]
  }

  const send = (response: ServerResponse, status: number, value: unknown): boolean => {
    const wait = status === 429 ? { 'retry-after': '5' } : {}
    response.writeHead(status, { 'content-type': 'application/json', ...wait }).end(JSON.stringify(value))
    return true
  }

  const small: SmallWordPress = {
    get published() {
      return published.flatMap((id) => posts.get(id) ?? [])
    },
    ...{ askedAt, fail: undefined, answerDelayMs: 0 },
    async further(request, body, response) {
      const { searchParams } = new URL(request.url ?? '/', 'http://portal')
      const { fail } = small
      const isRest = searchParams.has('rest_route')
      if (isRest && searchParams.has('slug') && fail) askedAt.push(performance.now())
      if (fail && fail !== 'refuses') return send(response, failures[fail], {})
      return isRest && send(response, ...(await answerTo(request, searchParams, body)))
    }
  }
  return small
}
