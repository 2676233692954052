import type { BusEvent } from '#protocol/events/event.ts'

/** Articles that portals have published, and the events about them. */
export interface Accounts {
  readonly articles: number
  readonly events: number
  readonly lost: number
  readonly twice: number
}

/** `added`: how many articles a portal has published; `events`: what its agency has. */
export function accountsOf(
  portals: readonly { readonly added: number; readonly events: readonly BusEvent[] }[]
): Accounts {
  const counted = portals.map(({ added, events }) => {
    const ids = events.filter(({ type }) => type === 'article.published.v1').map(({ data }) => data.articleId)
    const different = new Set(ids).size
    return { added, events: ids.length, different }
  })
  const sum = (of: (one: (typeof counted)[number]) => number): number =>
    counted.reduce((total, one) => total + of(one), 0)
  return {
    articles: sum(({ added }) => added),
    events: sum(({ events }) => events),
    lost: sum(({ added, different }) => Math.max(0, added - different)),
    twice: sum(({ events, different }) => events - different)
  }
}
