import { createHmac } from 'node:crypto'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { TestContext } from 'node:test'
import { AlertsConfig } from '#bus/alerts/alert-config.ts'
import type { AlertMessage } from '#bus/alerts/alert-message.ts'
import type { AlertTables } from '#bus/alerts/alert-tables.ts'
import { type Alerts, type AlertsOptions, watchAlerts } from '#bus/alerts/watch-alerts.ts'
import type { Store } from '#engines/store/store.ts'
import { createLogger } from '#engines/telemetry/logger.ts'
import { createMetrics, type Metrics } from '#engines/telemetry/metrics.ts'
import { fillSettings } from '#protocol/events/json-schema.ts'
import { until } from './until.ts'

export const alertSecret = `whsec_${Buffer.alloc(32, 7).toString('base64')}`

/** A message as an address took or refused it. */
export interface TakenMessage {
  readonly id: string
  readonly isSigned: boolean
  readonly message: AlertMessage
}

export interface Hook {
  readonly url: string
  /** What it answers; 200 unless changed, nothing if undefined. */
  status: number | undefined
  readonly taken: TakenMessage[]
}

/** An address that takes alerts. */
export async function startHook(t: Pick<TestContext, 'after'>): Promise<Hook> {
  const taken: TakenMessage[] = []
  const hook: Hook & { url: string } = { url: '', status: 200, taken }
  const server = createServer(async (request, response) => {
    const body = Buffer.concat(await Array.fromAsync(request as AsyncIterable<Buffer>)).toString()
    const { 'webhook-id': id, 'webhook-timestamp': time, 'webhook-signature': signature } = request.headers
    const key = Buffer.from(alertSecret.slice('whsec_'.length), 'base64')
    const expected = createHmac('sha256', key).update(`${id}.${time}.${body}`).digest('base64')
    taken.push({ id: String(id), isSigned: signature === `v1,${expected}`, message: JSON.parse(body) })
    if (hook.status === undefined) return
    response.writeHead(hook.status, { location: '/elsewhere' }).end()
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.after(() => {
    server.close()
    server.closeAllConnections()
  })
  hook.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`
  return hook
}

export function hookChannel(name: string, { url }: Hook, more: object = {}): object {
  return { name, webhook: { url, plainHost: '127.0.0.1', secret: alertSecret }, ...more }
}

export function alertsConfig(settings: object): AlertsConfig {
  const config = structuredClone(settings)
  const problems = fillSettings(AlertsConfig, config)
  if (problems.length > 0) throw new TypeError(problems.join('; '))
  return config as AlertsConfig
}

/** Alerts over figures that a test sets, on a clock that it moves. */
export interface AlertLab {
  readonly metrics: Metrics
  readonly alerts: Alerts
  /** Moves the clock, and waits until everything was looked at by then, and told. */
  pass(minutes: number): Promise<void>
}

export interface AlertLabOptions {
  readonly store: Store
  /** Shared by processes that follow each other. */
  readonly clock: { at: number }
  readonly settings: object
  readonly guard?: AlertsOptions['guard']
}

export function startAlertLab(
  t: Pick<TestContext, 'after'>,
  { store, clock, settings, guard = async () => {} }: AlertLabOptions
): AlertLab {
  const metrics = createMetrics({ ignoredActs: () => 0 })
  let looks = 0
  const alerts = watchAlerts({
    ...{ store, metrics, config: alertsConfig(settings), areShared: false, tells: () => true, guard },
    agencyOf: ({ agency, instance }) => agency ?? instance?.split('-')[0],
    ...{ publicUrl: 'https://bus.test', logger: createLogger({ level: 'silent' }), now: () => clock.at },
    everyMs: 1,
    async refreshMetrics() {
      looks += 1
    }
  })
  t.after(() => alerts.close())
  return {
    metrics,
    alerts,
    async pass(minutes) {
      clock.at += minutes * 60_000
      const seen = looks
      await until(() => looks >= seen + 3, 20_000) // The first may have begun before; the second has written all when the third begins.
      await until(async () => !(await isAnyDue(store, clock.at)), 20_000)
    }
  }
}

/** Whether a channel is to be sent a message now: those after one that it did not take wait. */
async function isAnyDue(store: Store, now: number): Promise<boolean> {
  const rows = await store
    .reader<AlertTables>()
    .selectFrom('alertMessages')
    .select(['channel', 'dueAt'])
    .orderBy('number')
    .execute()
  return [...Map.groupBy(rows, ({ channel }) => channel).values()].some(([head]) => head && head.dueAt <= now)
}
