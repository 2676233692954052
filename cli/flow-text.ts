import { sayMissing } from '#gateway/console/web/missing.js'
import type { Texts } from '#gateway/console/web/texts.js'

/** An agency that should send something, as the routes of flows show it. */
export interface Holder {
  readonly agency: string
  readonly since: string
  readonly due?: string
  readonly expects: readonly string[]
  readonly isOverdue?: boolean
  /** What became at the agency of the step that it should answer, whose hash is `after`. */
  readonly state?: string
  readonly after?: string
  readonly connectors?: readonly ConnectorDelivery[]
}

/** A flow, as `/v1/flows` lists it. */
export interface Flow {
  readonly flow: string
  readonly title: string
  readonly subjects: readonly string[]
  readonly state: string
  readonly lastAt: string
  readonly holders: readonly Holder[]
}

interface ConnectorDelivery {
  readonly connector: string
  readonly state: string
  readonly attempts: number
  readonly nextAttempt?: string
  readonly lastError?: { readonly code: string; readonly detail: string }
}

/** What became of an event at one of its recipients. */
export interface Recipient {
  readonly agency: string
  readonly state: string
  readonly at?: string
  /** The recipient's own code for the reason. */
  readonly code?: string
  readonly reason?: string
  readonly connectors?: readonly ConnectorDelivery[]
}

type Step = { readonly agency: string; readonly recordedTime: string } & (
  | { readonly isHidden: true }
  | {
      readonly isHidden?: never
      readonly hash: string
      readonly type: string
      readonly title?: string
      readonly actor?: { readonly name?: string; readonly title?: string; readonly department?: string }
      readonly recipients: readonly Recipient[]
    }
)

/** A flow with its steps, as `/v1/flows/{flow}` shows it. */
export interface Timeline extends Pick<Flow, 'flow' | 'title' | 'state'> {
  readonly agencies: readonly string[]
  readonly steps: readonly Step[]
  readonly missing: readonly Holder[]
  readonly next?: number
}

/** Prints cases in the words of the console. */
export interface FlowText {
  /** A flow in a list, with who should act. */
  readonly listed: (flow: Flow) => readonly string[]
  head(flow: Pick<Flow, 'flow' | 'title' | 'state'>): string
  step(step: Step): readonly string[]
  /** What became of an event with this hash at its recipients, and how connectors deliver it. */
  recipients(hash: string, recipients: readonly Recipient[]): readonly string[]
  /** Who should send what, by when, and what to do about it. */
  missing(missing: readonly Holder[]): readonly string[]
}

/** `names` has the names of agencies by their code. */
export function flowText(texts: Texts, names: ReadonlyMap<string, string>): FlowText {
  const { t, label, time, eventName } = texts
  const agencyText = (code: string): string => {
    const name = names.get(code)
    return name === undefined ? code : `${name} (${code})`
  }
  const typeText = (type: string): string => {
    const name = eventName(type)
    return name === undefined ? type : `${name} (${type})`
  }
  const expected = ({ expects }: Holder): string =>
    `${t('missing.expects')} ${expects.map(typeText).join(` ${t('missing.or')} `)}.`

  const attempt = (
    hash: string,
    { connector, state, attempts, lastError, nextAttempt }: ConnectorDelivery
  ) => {
    const error = lastError === undefined ? '' : `: ${lastError.code} ${lastError.detail}`
    const again = nextAttempt === undefined ? '' : `; ${t('delivery.next')} ${time(nextAttempt)}`
    const tried = t('delivery.attempts', { count: attempts })
    return [
      `    ${connector} ${label('delivery', state)} (${tried})${error}${again}`,
      ...(lastError === undefined ? [] : [`    ${t('next')} lienthong deliveries show ${connector} ${hash}`])
    ]
  }

  const recipientLines = (hash: string, recipients: readonly Recipient[]) =>
    recipients.flatMap(({ agency, state, at, code, reason, connectors = [] }) => {
      const said = [code, reason].filter((part) => part !== undefined).join(': ')
      const when = at === undefined ? '' : ` ${time(at)}`
      return [
        `  → ${agencyText(agency)}: ${label('recipient', state)}${when}${said === '' ? '' : ` (${said})`}`,
        ...connectors.flatMap((one) => attempt(hash, one))
      ]
    })

  return {
    recipients: recipientLines,

    listed: ({ lastAt, holders, ...flow }) => [
      `${label('state', flow.state)} ${time(lastAt)} ${flow.title} (${flow.flow})`,
      ...holders.map((one) => {
        const due = one.due === undefined ? '' : `, ${t('flow.due', { time: time(one.due) })}`
        return `  ${agencyText(one.agency)} ${t('flow.since', { time: time(one.since) })}${due}. ${expected(one)}`
      })
    ],

    head: ({ flow, title, state }) => `${label('state', state)}: ${title} (${flow})`,

    step(step) {
      const from = `${time(step.recordedTime)} ${agencyText(step.agency)}`
      if (step.isHidden) return [`${from}: ${t('flow.hidden')}`]
      const { type, title, actor, recipients, hash } = step
      const by = [actor?.name, actor?.title, actor?.department]
        .filter((part) => part !== undefined)
        .join(', ')
      const said = title === undefined ? '' : `: ${title}`
      return [
        `${from} ${typeText(type)}${said}${by === '' ? '' : `; ${t('flow.by')} ${by}`}`,
        ...recipientLines(hash, recipients)
      ]
    },

    missing: (missing) =>
      missing.flatMap((one) => {
        const { says, by, next, isUnread, stuckAt } = sayMissing(texts, one)
        const look = isUnread ? ` ${t('next.activity')}: lienthong agencies ${one.agency}` : ''
        const fix = stuckAt === undefined ? '' : ` lienthong deliveries show ${stuckAt} ${one.after}`
        return [
          `${agencyText(one.agency)} ${says} ${by}`.trimEnd(),
          `  ${expected(one)}`,
          `  ${t('next')} ${next}${look}${fix}`
        ]
      })
  }
}
