import type { Client } from '#client/client.ts'
import { instantMs } from '#protocol/events/instant.ts'
import { itemsOf } from './pages.ts'
import { type ManagementStatus, readManagement } from './read-management.ts'

/** An instance of a connector, as `/v1/connectors` shows it. */
export interface ConnectorStatus {
  readonly name: string
  readonly kind: string
  readonly state: string
  readonly since: string
  readonly reason?: string
  readonly pausedBy?: string
  readonly counts: {
    readonly toPublish: number
    readonly quarantined: number
    readonly waiting: number
    readonly dead: number
    readonly inDoubt: number
  }
}

/** What an agency has not read. */
export interface InboxStatus {
  readonly agency: string
  readonly name: string
  readonly backlog: number
  readonly backlogIsMore?: boolean
  readonly oldestUnread?: { readonly at: string }
}

/** Cases in a state: as many as one page has. */
export interface CaseCount {
  readonly count: number
  readonly isMore: boolean
}

/** What runs, what is behind and what fails, as far as the caller may see it. */
export interface BusStatus {
  readonly gateway: string
  /** Time that the gateway took to answer. */
  readonly answerMs: number
  readonly management?: ManagementStatus
  readonly connectors: readonly ConnectorStatus[]
  /** Agencies that have something unread, the longest waiting first. */
  readonly inboxes: readonly InboxStatus[]
  readonly overdue: CaseCount
  readonly stuck: CaseCount
  /** Events that the view of cases does not have yet. */
  readonly behind: number
}

interface FlowPage {
  readonly items: readonly unknown[]
  readonly next?: string
  readonly behind: number
}

/** Reads the status of a bus through its gateway, and through a management port where one is named. */
export async function readStatus(
  client: Client,
  { gateway, managementUrl }: { readonly gateway: string; readonly managementUrl?: string | undefined }
): Promise<BusStatus> {
  const began = performance.now()
  const { items: connectors } = await client.get<{ readonly items: readonly ConnectorStatus[] }>(
    '/v1/connectors'
  )
  const answerMs = Math.round(performance.now() - began)
  const flows = async (state: string): Promise<FlowPage> => client.get(`/v1/flows?state=${state}&limit=100`)
  const [overdue, stuck] = [await flows('overdue'), await flows('stuck')]
  const unread: InboxStatus[] = []
  for await (const { agency, name, backlog, ...more } of itemsOf<InboxStatus>(client, '/v1/activity', {})) {
    const { backlogIsMore, oldestUnread } = more
    if (backlog === 0) continue
    unread.push({
      ...{ agency, name, backlog },
      ...(backlogIsMore ? { backlogIsMore } : {}),
      ...(oldestUnread ? { oldestUnread } : {})
    })
  }
  return {
    gateway,
    answerMs,
    ...(managementUrl === undefined ? {} : { management: await readManagement(managementUrl) }),
    connectors,
    inboxes: unread.sort((a, b) => unreadSince(a) - unreadSince(b)),
    overdue: countOf(overdue),
    stuck: countOf(stuck),
    behind: overdue.behind
  }
}

/** In milliseconds since the epoch. */
export function unreadSince({ oldestUnread }: InboxStatus): number {
  return oldestUnread === undefined ? Number.POSITIVE_INFINITY : instantMs(oldestUnread.at)
}

function countOf({ items, next }: FlowPage): CaseCount {
  return { count: items.length, isMore: next !== undefined }
}
