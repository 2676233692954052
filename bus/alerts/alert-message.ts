import { visible } from '#protocol/errors/visible-text.ts'
import { type AlertCondition, filledText } from './alert-condition.ts'
import { alertConditions } from './alert-conditions.ts'
import type { AlertChannel } from './alert-config.ts'
import type { AlertChanges, AlertState } from './next-states.ts'

/** One alert as a message tells of it. */
export interface ReportedAlert {
  readonly alert: string
  readonly severity: string
  readonly labels: Readonly<Record<string, string>>
  /** RFC 3339. */
  readonly since: string
  readonly value: number
  readonly summary: string
  readonly action: string
}

type ReportedChanges = Readonly<Record<keyof AlertChanges, readonly ReportedAlert[]>>

/** What a channel is sent: everything that changed at one time, or while the channel took nothing. */
export interface AlertMessage extends ReportedChanges {
  readonly type: 'lienthong.alerts' | 'lienthong.alerts-test'
  /** Public URL of the bus. */
  readonly bus: string
  /** RFC 3339. */
  readonly at: string
  readonly subject: string
  readonly text: string
}

export interface MessageContext {
  readonly language: 'vi' | 'en'
  readonly bus: string
  readonly now: number
}

const words = {
  vi: {
    begun: 'MỚI',
    lasting: 'VẪN CÒN',
    ended: 'ĐÃ HẾT',
    since: 'từ',
    action: 'Cần làm',
    test: 'Tin thử: kênh cảnh báo hoạt động. Không cần làm gì.'
  },
  en: {
    begun: 'NEW',
    lasting: 'STILL',
    ended: 'OVER',
    since: 'since',
    action: 'What to do',
    test: 'Test message: the alert channel works. Nothing to do.'
  }
} as const

const kinds = ['begun', 'lasting', 'ended'] as const

export function messageOf(changes: AlertChanges, context: MessageContext): AlertMessage {
  const reported = {
    begun: changes.begun.map((state) => toReported(state, context)),
    lasting: changes.lasting.map((state) => toReported(state, context)),
    ended: changes.ended.map((state) => toReported(state, context))
  }
  return toMessage(reported, context)
}

/** One message in place of two that follow each other: each alert as the later one tells it. */
export function mergedMessage(
  earlier: AlertMessage,
  later: AlertMessage,
  context: MessageContext
): AlertMessage {
  const merged = new Map<string, readonly [keyof ReportedChanges, ReportedAlert]>()
  for (const message of [earlier, later]) {
    for (const kind of kinds) {
      for (const one of message[kind]) {
        const key = JSON.stringify([one.alert, one.labels])
        const isNew = kind === 'lasting' && merged.get(key)?.[0] === 'begun' // Nobody was told that it began.
        merged.set(key, [isNew ? 'begun' : kind, one])
      }
    }
  }
  const of = (kind: keyof ReportedChanges): readonly ReportedAlert[] =>
    [...merged.values()].flatMap(([is, one]) => (is === kind ? [one] : []))
  return toMessage({ begun: of('begun'), lasting: of('lasting'), ended: of('ended') }, context)
}

function toMessage(reported: ReportedChanges, { language, bus, now }: MessageContext): AlertMessage {
  const all = kinds.flatMap((kind) => reported[kind].map((one) => ({ ...one, word: words[language][kind] })))
  const [first] = all
  const more = all.length > 1 ? ` (+${all.length - 1})` : ''
  const lines = all.flatMap(({ word, summary, since, action }, index) => {
    const isOver = index >= reported.begun.length + reported.lasting.length
    const head = `${word}: ${summary} (${words[language].since} ${since})`
    return isOver ? [head, ''] : [head, `${words[language].action}: ${action}`, '']
  })
  return {
    type: 'lienthong.alerts',
    ...{ bus, at: new Date(now).toISOString() },
    subject: `[Liên Thông] ${first ? `${first.word}: ${first.summary}` : ''}${more}`,
    text: [...lines, bus].join('\n'),
    ...reported
  }
}

/** What `lienthong alerts test` sends. */
export function testMessage({ language, bus, now }: MessageContext): AlertMessage {
  const text = words[language].test
  return {
    ...{ type: 'lienthong.alerts-test', bus, at: new Date(now).toISOString() },
    ...{ subject: `[Liên Thông] ${text}`, text: `${text}\n\n${bus}`, begun: [], lasting: [], ended: [] }
  }
}

/** What of the changes a channel is to tell. */
export function changesFor(
  { name, agencies, exceptConnectors }: AlertChannel,
  { begun, lasting, ended }: AlertChanges,
  agencyOf: (labels: ReportedAlert['labels']) => string | undefined
): AlertChanges {
  const isMeant = (state: AlertState): boolean => {
    const labels = labelsOf(state)
    // A channel that does not work cannot tell of that, nor of a connector that uses the same server.
    if (labels.channel === name || exceptConnectors.includes(labels.instance ?? '')) return false
    return agencies === undefined || agencies.includes(agencyOf(labels) ?? '')
  }
  return { begun: begun.filter(isMeant), lasting: lasting.filter(isMeant), ended: ended.filter(isMeant) }
}

export function isEmpty(changes: AlertChanges): boolean {
  return kinds.every((kind) => changes[kind].length === 0)
}

export function labelsOf({ labels }: Pick<AlertState, 'labels'>): ReportedAlert['labels'] {
  return JSON.parse(labels) as Record<string, string>
}

export function toReported(state: AlertState, { language }: Pick<MessageContext, 'language'>): ReportedAlert {
  const { alert, value, since } = state
  const condition = alertConditions.find(({ name }) => name === alert)
  const labels = labelsOf(state)
  const texts = Object.entries(labels).map(([label, text]) => [label, visible(text)] as const)
  const values = { ...Object.fromEntries(texts), value: shown(value, language) }
  const filled = (text: AlertCondition['summary'] | undefined): string =>
    text ? filledText(text, language, values) : alert
  return {
    ...{ alert, severity: condition?.severity ?? 'info', labels, value },
    since: new Date(since).toISOString(),
    summary: filled(condition?.summary),
    action: filled(condition?.action)
  }
}

function shown(value: number, language: 'vi' | 'en'): string {
  return new Intl.NumberFormat(language, { maximumFractionDigits: 1 }).format(value)
}
