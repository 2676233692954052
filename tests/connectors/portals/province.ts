import { join } from 'node:path'
import type { KitInstance } from '#connectors/kit/kit-bus.ts'
import type { FeedFaultName } from '#deploy/outsides/feed-faults.ts'
import { repository } from '../../helpers/demo-bus.ts'
import type { SitePlan, Source } from './messages.ts'

/** A way for a portal to be broken: what its feed does, or that it is reached in a way that it does not know. */
export type Breakage = FeedFaultName | 'no-tls'

export interface Portal extends SitePlan {
  readonly number: number
  readonly agency: string
  readonly breakage: Breakage | undefined
  readonly group: Source | 'broken'
}

/** In the order in which portals get them. */
export const breakages: readonly Breakage[] = [
  ...(['stalled', 'trickle', 'endless-feed', 'gzip-bomb', 'entity-bomb'] as const),
  ...(['server-error', 'redirect-loop', 'wrong-length', 'maintenance', 'no-tls'] as const),
  ...(['hanging', 'reset', 'many-elements', 'not-found', 'one-gigabyte', 'deep'] as const)
]

/** Portals of as many agencies; the first ones are broken, each in another way. */
export function planPortals(instances: number, broken: number): readonly Portal[] {
  return Array.from({ length: instances }, (_, number) => {
    const breakage = number < broken ? breakages[number] : undefined
    const sources = ['rss', 'atom', 'wordpress'] as const
    const source = breakage === undefined ? (sources[number % 3] ?? 'rss') : 'rss'
    const fault = breakage === 'no-tls' ? undefined : breakage
    const agency = `000.${10 + Math.floor(number / 80)}.${10 + (number % 80)}.H03`
    return { number, agency, source, breakage, fault, group: breakage === undefined ? source : 'broken' }
  })
}

const publishes = ['article.published.v1', 'article.updated.v1', 'article.withdrawn.v1']

/** The instance that reads a portal, as an operator would set it up. */
export function instanceOf(
  { number, agency, source, breakage }: Portal,
  port: number,
  every: string
): KitInstance {
  const url = `http${breakage === 'no-tls' ? 's' : ''}://127.0.0.1:${port}`
  return {
    ...{ name: `portal-${number}`, agency, kind: 'portal', kindFolder: join(repository, 'connectors') },
    ...{ publishes, delivers: [], every, network: {} },
    settings:
      source === 'wordpress' ? { wordpress: { url, read: true } } : { feed: { url: `${url}/rss.xml` } }
  }
}
