import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { accountsOf } from './accounting.ts'
import { pollsOf } from './polls.ts'

const feed = (from: number, to = from) => ({ site: 0, target: '/rss.xml', from, to })
const options = { everyMs: 60_000, graceMs: 5000, until: 130_000 }

describe('polls of a portal', () => {
  it('are late if they end later than an interval after the one before, or never', () => {
    const inTime = pollsOf([feed(0), feed(61_000, 62_000), feed(121_000)], options)
    assert.deepEqual(inTime, { due: 2, done: 2, beyond: [2000, -1000], late: 0 })
    const slow = pollsOf([feed(0), feed(59_000, 66_000)], options)
    assert.deepEqual(slow, { due: 1, done: 1, beyond: [6000], late: 1 })
    const missing = pollsOf([feed(0)], options)
    assert.deepEqual(missing, { due: 1, done: 0, beyond: [], late: 1 })
  })

  it('end with their last request', () => {
    const other = (target: string, at: number) => ({ site: 0, target, from: at, to: at })
    const posts =
      '/?rest_route=%2Fwp%2Fv2%2Fposts&orderby=modified&order=asc&per_page=20&page=1&_embed=author'
    const asked = [other(posts, 0), other('/?include=1', 4000), other(posts, 60_000)]
    assert.deepEqual(pollsOf(asked, options).beyond, [-4000])
  })
})

it('an article counts as lost without its event, and as twice with two', () => {
  const event = (articleId: string) =>
    ({ type: 'article.published.v1', data: { articleId } }) as unknown as Parameters<
      typeof accountsOf
    >[0][number]['events'][number]
  const portals = [
    { added: 2, events: [event('a')] },
    { added: 1, events: [event('a'), event('a')] }
  ]
  assert.deepEqual(accountsOf(portals), { articles: 3, events: 3, lost: 1, twice: 1 })
})
