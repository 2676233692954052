import type { FeedFaultName } from '#deploy/outsides/feed-faults.ts'

/** What a portal has its articles read from. */
export type Source = 'rss' | 'atom' | 'wordpress'

/** A portal to be started. */
export interface SitePlan {
  readonly source: Source
  readonly fault: FeedFaultName | undefined
}

/** A request that a portal has answered, or that was broken off. Instants of `Date.now`. */
export interface Asked {
  readonly site: number
  readonly target: string
  readonly from: number
  readonly to: number
}

/** To the process of the portals: publishes an article on one, or fixes all. */
export type Command = { readonly add: number } | { readonly fix: true }

/** From it. */
export type SiteMessage =
  | { readonly ports: readonly number[] }
  | { readonly asked: Asked }
  | { readonly added: number }
