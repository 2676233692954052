import { createHmac } from 'node:crypto'
import { EventEmitter, once } from 'node:events'
import { createServer } from 'node:http'
import { type AddressInfo, createServer as createTcpServer } from 'node:net'
import type { TestContext } from 'node:test'
import { AlertsConfig } from '#bus/alerts/alert-config.ts'
import type { AlertMessage } from '#bus/alerts/alert-message.ts'
import type { MetricSamples } from '#bus/alerts/evaluate.ts'
import { onlyTeller, type Teller } from '#bus/alerts/teller.ts'
import { type Alerts, watchAlerts } from '#bus/alerts/watch-alerts.ts'
import type { Store } from '#engines/store/store.ts'
import { createLogger } from '#engines/telemetry/logger.ts'
import { createMetrics, type Metrics } from '#engines/telemetry/metrics.ts'
import { fillSettings } from '#protocol/events/json-schema.ts'

export const alertSecret = `whsec_${Buffer.alloc(32, 7).toString('base64')}`

/** A message as an address took or refused it. */
export interface TakenMessage {
  readonly id: string
  readonly isSigned: boolean
  readonly message: AlertMessage
}

export interface Hook {
  readonly url: string
  /** What it answers; 200 unless changed. */
  status: number
  readonly taken: TakenMessage[]
}

/** An address that takes alerts. */
export async function startHook(t: Pick<TestContext, 'after'>): Promise<Hook> {
  const taken: TakenMessage[] = []
  const hook = { url: '', status: 200, taken }
  const server = createServer(async (request, response) => {
    const body = Buffer.concat(await Array.fromAsync(request as AsyncIterable<Buffer>)).toString()
    const { 'webhook-id': id, 'webhook-timestamp': time, 'webhook-signature': signature } = request.headers
    const key = Buffer.from(alertSecret.slice('whsec_'.length), 'base64')
    const expected = createHmac('sha256', key).update(`${id}.${time}.${body}`).digest('base64')
    taken.push({ id: String(id), isSigned: signature === `v1,${expected}`, message: JSON.parse(body) })
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

/** A mail server whose answer after the greeting never ends. */
export async function startTricklingMailServer(
  t: Pick<TestContext, 'after'>
): Promise<{ readonly mail: object; readonly trickles: Promise<unknown> }> {
  const { promise: trickles, resolve } = Promise.withResolvers<void>()
  const server = createTcpServer((socket) => {
    socket.on('error', () => {}) // The sender cuts the connection.
    socket.write('220 trickling\r\n')
    socket.once('data', () => {
      const timer = setInterval(() => socket.write('250-more\r\n'), 20)
      socket.once('close', () => clearInterval(timer))
      resolve()
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.after(() => server.close())
  const { port } = server.address() as AddressInfo
  const mail = { host: '127.0.0.1', port, security: 'none', from: 'bus@bus.test', to: ['an@bus.test'] }
  return { mail, trickles }
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
  /** Moves the clock, and waits until everything was looked at by then. */
  look(minutes: number): Promise<void>
  /** The same, and waits until what was due was tried. */
  pass(minutes: number): Promise<void>
}

export interface AlertLabOptions {
  readonly store: Store
  /** Shared by processes that follow each other. */
  readonly clock: { at: number }
  readonly settings: object
  readonly unbounded?: readonly MetricSamples[]
  /** Which of the processes that share the store tells. Default: there is one process. */
  readonly teller?: Teller
}

export function startAlertLab(
  t: Pick<TestContext, 'after'>,
  { store, clock, settings, teller, unbounded = [] }: AlertLabOptions
): AlertLab {
  const metrics = createMetrics({ ignoredActs: () => 0 })
  const looks = new EventEmitter()
  const alerts = watchAlerts({
    ...{ store, metrics, config: alertsConfig(settings), areShared: teller !== undefined },
    unbounded: () => unbounded,
    tells: (teller ?? onlyTeller).tells,
    agencyOf: ({ agency, instance }) => agency ?? instance?.split('-')[0],
    ...{ publicUrl: 'https://bus.test', logger: createLogger({ level: 'silent' }), now: () => clock.at },
    everyMs: 1,
    async refreshMetrics() {
      looks.emit('begins')
    }
  })
  t.after(() => alerts.close())
  const look = async (minutes: number): Promise<void> => {
    clock.at += minutes * 60_000
    await once(looks, 'begins')
    await once(looks, 'begins') // The one before has ended.
  }
  return {
    metrics,
    alerts,
    look,
    async pass(minutes) {
      await look(minutes)
      await alerts.idle() // May be of a try that began before.
      await look(0)
      await alerts.idle()
    }
  }
}
