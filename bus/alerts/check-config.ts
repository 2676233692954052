import { BusError } from '#protocol/errors/bus-error.ts'
import type { AlertCondition } from './alert-condition.ts'
import { alertConditions } from './alert-conditions.ts'
import type { AlertChannel, AlertsConfig } from './alert-config.ts'

/** The conditions as the settings change them. Throws `BUS_CONFIG_INVALID` with everything that is wrong in `alerts`. */
export function conditionsOf({ change, channels }: AlertsConfig): readonly AlertCondition[] {
  const known: readonly string[] = alertConditions.map(({ name }) => name)
  const problems = [
    ...Object.keys(change)
      .filter((name) => !known.includes(name))
      .map((name) => `/alerts/change/${name} is no alert; there are ${known.join(', ')}`),
    ...channels.flatMap((channel, index) =>
      problemsOf(channel, channels).map((problem) => `/alerts/channels/${index} ${problem}`)
    )
  ]
  if (problems.length > 0) {
    const values = { file: 'the settings', problems: problems.join('; ') }
    throw new BusError('BUS_CONFIG_INVALID', 'config-invalid', { values })
  }
  return alertConditions
    .filter(({ name }) => change[name]?.off !== true)
    .map((condition) => {
      const { threshold = condition.threshold, forMinutes = condition.forMinutes } =
        change[condition.name] ?? {}
      return { ...condition, threshold, forMinutes }
    })
}

function problemsOf({ name, mail, webhook }: AlertChannel, all: AlertsConfig['channels']): readonly string[] {
  const isTwice = all.filter((other) => other.name === name).length > 1
  return [
    ...(isTwice ? [`has the name ${name} of another channel`] : []),
    ...((mail === undefined) === (webhook === undefined) ? ['needs either mail or webhook'] : []),
    ...(mail && mail.password !== undefined && mail.passwordFile !== undefined
      ? ['has both mail.password and mail.passwordFile']
      : []),
    ...(mail && (mail.user === undefined) !== (mail.password === undefined && mail.passwordFile === undefined)
      ? ['needs mail.user and a password together']
      : []),
    ...(webhook && (webhook.secret === undefined) === (webhook.secretFile === undefined)
      ? ['needs either webhook.secret or webhook.secretFile']
      : []),
    ...(webhook && !isSecured(webhook.url, webhook.plainHost)
      ? ['calls webhook.url without TLS; use https://, or name its host in webhook.plainHost']
      : [])
  ]
}

function isSecured(url: string, plainHost: string | undefined): boolean {
  const { protocol, hostname } = new URL(url)
  return protocol === 'https:' || hostname === plainHost
}
