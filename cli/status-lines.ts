import { textsIn } from '#gateway/console/web/texts.js'
import type { Language } from '#protocol/errors/faults.ts'
import { instantMs } from '#protocol/events/instant.ts'
import type { ManagementStatus } from './read-management.ts'
import {
  type BusStatus,
  type CaseCount,
  type ConnectorStatus,
  type InboxStatus,
  unreadSince
} from './read-status.ts'
import { type StatusText, statusTextsIn } from './status-texts.ts'

/** A line of the status: a heading, something to know, or something that needs a person. */
export interface StatusLine {
  readonly text: string
  readonly kind: 'heading' | 'note' | 'need'
}

/** As the alerts about a connector that does not run, and about an agency that takes nothing. */
const downMs = 15 * 60_000
const silentMs = 48 * 3_600_000
/** Agencies on one screen. */
const mostAgencies = 10

/** What runs, what is behind and what fails, in words. */
export function statusLines(status: BusStatus, language: Language, now: number): readonly StatusLine[] {
  const { gateway, answerMs, management, connectors, inboxes, overdue, stuck, behind } = status
  const t = statusTextsIn(language)
  const heading = (key: StatusText, values = {}): StatusLine => ({ text: t(key, values), kind: 'heading' })
  const unread = inboxes.reduce((sum, { backlog }) => sum + backlog, 0)
  const isSome = inboxes.some(({ backlogIsMore }) => backlogIsMore)
  const cases = overdue.count + stuck.count
  return [
    heading('gateway', { gateway, ms: answerMs }),
    ...(management ? managementLines(management, language) : [heading('management.none')]),
    ...connectorLines(connectors, language, now),
    heading('inboxes', { count: countText(unread, isSome), agencies: inboxes.length }),
    ...inboxLines(inboxes, language, now),
    heading('cases', { overdue: casesText(overdue), stuck: casesText(stuck) }),
    ...(cases > 0 ? [{ text: t('cases.look'), kind: 'need' } as const] : []),
    ...(behind > 0 ? [heading('behind', { count: behind })] : [])
  ]
}

function managementLines(
  { url, version = '?', status = '', problems, alerts, unreachable }: ManagementStatus,
  language: Language
): readonly StatusLine[] {
  const t = statusTextsIn(language)
  if (unreachable !== undefined) {
    return [{ text: t('management.away', { url, problem: unreachable }), kind: 'need' }]
  }
  const firing = alerts.filter(({ state }) => state === 'firing')
  const key = `ready.${status}` as StatusText
  const said = ['ok', 'degraded', 'not ready'].includes(status) ? t(key) : status
  return [
    { text: t('management', { version, status: said, url }), kind: 'heading' },
    ...problems.map(({ name, text }) => ({
      text: `${name}: ${text}`,
      kind: status === 'not ready' ? ('need' as const) : ('note' as const)
    })),
    { text: t('alerts', { count: firing.length }), kind: 'heading' },
    ...firing.map(({ alert, summary, action }) => ({
      text: `${alert}: ${summary} ${action}`,
      kind: 'need' as const
    }))
  ]
}

function connectorLines(
  connectors: readonly ConnectorStatus[],
  language: Language,
  now: number
): readonly StatusLine[] {
  const t = statusTextsIn(language)
  if (connectors.length === 0) return [{ text: t('connectors.none'), kind: 'heading' }]
  const { label, time } = textsIn(language)
  const total = (count: keyof ConnectorStatus['counts']): number =>
    connectors.reduce((sum, { counts }) => sum + counts[count], 0)
  const some = (key: StatusText, count: keyof ConnectorStatus['counts'], kind: StatusLine['kind']) =>
    connectors.flatMap(({ name, counts }) =>
      counts[count] === 0 ? [] : [{ text: t(key, { name, count: counts[count] }), kind }]
    )
  const running = connectors.filter(({ state }) => state === 'running')
  const [waiting, dead, inDoubt] = [total('waiting'), total('dead'), total('inDoubt')]
  return [
    { text: t('connectors', { running: running.length, count: connectors.length }), kind: 'heading' },
    ...connectors.flatMap((one): readonly StatusLine[] => {
      const { name, kind, state, since, reason } = one
      if (state === 'running') return []
      const values = { name, kind, state: label('connector', state), since: time(since) }
      const text = t('connector', {
        ...values,
        reason: reason === undefined ? '' : `: ${reason.replace(/\.$/, '')}`
      })
      return [{ text, kind: isDown(one, now) ? 'need' : 'note' }]
    }),
    { text: t('deliveries', { waiting, dead, inDoubt }), kind: 'heading' },
    ...some('waiting', 'waiting', 'note'),
    ...some('dead', 'dead', 'need'),
    ...some('in-doubt', 'inDoubt', 'need'),
    { text: t('quarantine', { count: total('quarantined') }), kind: 'heading' },
    ...some('quarantined', 'quarantined', 'need')
  ]
}

/** Whether a person must see to an instance: a short absence of the outside system passes by itself. */
function isDown({ state, since, reason, pausedBy }: ConnectorStatus, now: number): boolean {
  if (state === 'misconfigured' || state === 'lost') return true
  if (state === 'paused') return pausedBy === undefined || reason === 'restored'
  return now - instantMs(since) > downMs
}

function inboxLines(inboxes: readonly InboxStatus[], language: Language, now: number): readonly StatusLine[] {
  const t = statusTextsIn(language)
  const { time } = textsIn(language)
  const isSilent = (one: InboxStatus): boolean => now - unreadSince(one) > silentMs
  const left = inboxes.length - mostAgencies
  const isMore = inboxes.slice(mostAgencies).some(isSilent)
  return [
    ...inboxes.slice(0, mostAgencies).map((one): StatusLine => {
      const { agency, name, backlog, backlogIsMore = false, oldestUnread } = one
      const values = { agency, name, count: countText(backlog, backlogIsMore), since: time(oldestUnread?.at) }
      return isSilent(one)
        ? { text: t('inbox.silent', values), kind: 'need' }
        : { text: t('inbox', values), kind: 'note' }
    }),
    ...(left > 0
      ? [{ text: t('more', { count: left }), kind: isMore ? ('need' as const) : ('note' as const) }]
      : [])
  ]
}

function casesText({ count, isMore }: CaseCount): string {
  return countText(count, isMore)
}

function countText(count: number, isMore: boolean): string {
  return `${count}${isMore ? '+' : ''}`
}
