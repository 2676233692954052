import type { Alerts } from '#bus/alerts/watch-alerts.ts'
import { createControlActs } from '#bus/control/read-acts.ts'
import { createConnectorActs } from '#connectors/host/acts.ts'
import {
  type CheckedInstances,
  type CheckInstancesOptions,
  checkInstances
} from '#connectors/host/check-instances.ts'
import { followReloads } from '#connectors/host/control/follow-reloads.ts'
import { createConnectorReads } from '#connectors/host/read.ts'
import { createReceiver } from '#connectors/host/receive.ts'
import { createActivity } from '#consumers/activity/read.ts'
import { createActs } from '#consumers/acts/read.ts'
import { createFlows } from '#consumers/flows/read.ts'
import { createLiveFeed } from '#consumers/live/read.ts'
import { steadyNow } from '#engines/telemetry/steady-clock.ts'
import { createGateway } from '#gateway/gateway.ts'
import { createManagement, type ReadinessCheck } from '#gateway/management.ts'
import { createRefusals } from '#gateway/refusals/refusals.ts'
import { createPeople } from '#gateway/sessions/people.ts'
import { createUsedTokens } from '#gateway/used-tokens.ts'
import { type Core, openCore } from './core.ts'
import { declaredInstances } from './declared-instances.ts'
import { descriptorLimit } from './environment.ts'
import { startMeasuring } from './measure.ts'
import { type EngineOptions, openEngines } from './open-engines.ts'
import { type PublicAddress, publicAddressOf } from './public-address.ts'
import { startAlerts } from './start-alerts.ts'
import { connectorPartsOf, startConnectors } from './start-connectors.ts'
import { startConsumers } from './start-consumers.ts'
import { version } from './version.ts'

/** What a process of the bus does. On one machine one process has all roles. */
export type Role = 'gateway' | 'consumers' | 'connectors'

export const everyRole: readonly Role[] = ['gateway', 'consumers', 'connectors']

export interface BusOptions extends EngineOptions {
  readonly roles: readonly Role[]
  /** Reads what is configured of connector instances, now and when that is to be reloaded. Default: the configuration given. */
  readonly readInstances?: () => Promise<CheckInstancesOptions>
}

/** A running process of the bus. */
export interface RunningBus {
  /** The gateway's address for agencies; tokens must name it. */
  readonly publicUrl: string
  readonly managementUrl: string
  /** Reads the settings of connector instances again and takes them into use. Never rejects: what is wrong is logged. */
  readonly reloadConnectors: () => Promise<void>
  /** Stops accepting requests, completes or rejects those in progress, then closes everything. Safe to call twice. */
  readonly close: () => Promise<void>
}

/** Time for requests in progress when the bus stops. */
const stopGraceMs = 10_000

/** Runs the bus, or some of its roles, until it is closed. */
export async function startBus(options: BusOptions): Promise<RunningBus> {
  const address = await publicAddressOf(options.config)
  const engines = await openEngines(options)
  const { roles } = options
  const projectsOwn = roles.includes('consumers') && roles.some((role) => role !== 'consumers')
  const opening = openCore(engines, { ...options, projectsOwn }, address.publicUrl)
  const core = await opening.catch(async (error: unknown) => {
    await engines.close()
    throw error
  })
  const stopping = new AbortController()
  /** Functions that close the parts, in order. */
  const ends: (() => Promise<unknown>)[] = []
  const close = async (): Promise<void> => {
    stopping.abort()
    await address.release()
    for (const end of ends) await end()
    await core.close()
  }
  try {
    const { managementUrl, reloadConnectors } = await startParts({
      core,
      options,
      ends,
      stopping: stopping.signal,
      address
    })
    let closing: Promise<void> | undefined
    return {
      publicUrl: address.publicUrl,
      managementUrl,
      reloadConnectors,
      close: () => {
        closing ??= close()
        return closing
      }
    }
  } catch (error) {
    await close()
    throw error
  }
}

interface Parts {
  readonly core: Core
  readonly options: BusOptions
  readonly ends: (() => Promise<unknown>)[]
  readonly stopping: AbortSignal
  readonly address: PublicAddress
}

/** Starts what the roles need. */
async function startParts({
  core,
  options,
  ends,
  stopping,
  address
}: Parts): Promise<Pick<RunningBus, 'managementUrl' | 'reloadConnectors'>> {
  const { config, roles, logger } = options
  const checks: ReadinessCheck[] = [
    ['stopping', () => (stopping.aborted ? 'the bus is stopping' : undefined)],
    ['acts', () => problemOf(core.freshness.check)],
    ['data folder', () => problemOf(core.checkFiles)]
  ]
  // Not among the checks: who takes the gateway out of service for them could not record a revocation any more.
  const warnings: ReadinessCheck[] = [['disk space', core.space.problem]]
  if (core.uploadSpace !== core.space) warnings.push(['disk space for attachments', core.uploadSpace.problem])
  warnings.push(['lag', core.lagLimit.warning], ['event log', () => core.log.problem()])
  warnings.push(['brokers', () => core.log.warning()])
  if (roles.includes('consumers')) {
    const consumers = await startConsumers({ core, flows: config.flows, logger })
    checks.push(['projector', consumers.problem])
    warnings.push(['quarantine', consumers.warning], ['flows', consumers.flowsProblem])
    ends.unshift(consumers.close)
  }
  warnings.push(['control acts', () => ignoredActsIn(core)])
  let refreshConnectors = async (): Promise<void> => {}
  let refreshMetrics = async (): Promise<void> => {}
  let alerts: Alerts | undefined
  warnings.push(['alerts', () => alerts?.warning()])
  const management = createManagement({
    version,
    ...{ metrics: core.metrics, checks, warnings },
    refreshMetrics: () => refreshMetrics(),
    alerts: async () => (await alerts?.list()) ?? []
  })
  ends.unshift(() => management.close())
  const { readInstances = () => declaredInstances(config, { file: undefined, environment: {} }) } = options
  const readChecked = async () => checkInstances(await readInstances())
  const instances = await readChecked()
  let { valid: usedInstances } = instances
  const reloaded: ((instances: CheckedInstances) => void)[] = []
  const connectorParts = connectorPartsOf(core, logger)
  ends.unshift(connectorParts.close)
  if (roles.includes('connectors')) {
    const connectors = startConnectors(connectorParts.parts, instances, core.areShared)
    warnings.push(['connectors', connectors.warning])
    refreshConnectors = connectors.refreshMetrics
    reloaded.push(connectors.reload)
    ends.unshift(connectors.close)
  }
  if (roles.includes('gateway')) {
    const usedTokens = createUsedTokens(core.store, core.now)
    const connectorReads = createConnectorReads({ ...core, steadyNow })
    const refusals = createRefusals({ ...core, logger })
    ends.unshift(refusals.close)
    const receiver = createReceiver({ parts: connectorParts.parts, instances })
    ends.unshift(receiver.close)
    reloaded.push(receiver.reload)
    const gateway = await createGateway({
      ...core,
      receiver,
      connectorReads,
      flows: createFlows({ ...core, ...connectorReads.stuck }),
      live: createLiveFeed(core),
      activity: createActivity({ ...core, notes: core.activityNotes }),
      acts: createActs(core.store, [createControlActs(core.store, core.control), ...connectorReads.acts]),
      connectorActs: createConnectorActs(core),
      usedTokens,
      people: createPeople({ ...core, config: config.console, logger }),
      refusals,
      config: config.gateway,
      descriptorLimit: descriptorLimit(),
      logger,
      stopping
    })
    ends.unshift(async () => {
      const cutOff = setTimeout(() => gateway.server.closeAllConnections(), stopGraceMs)
      await gateway.close()
      clearTimeout(cutOff)
    })
    await address.release()
    await gateway.listen({ host: config.gateway.host, port: address.port })
  }
  const measuring = startMeasuring({
    ...{ core, logger, measuresStore: roles.includes('consumers') },
    refreshConnectors,
    settings: () => ({ ...config, connectors: settingsByName(usedInstances) })
  })
  refreshMetrics = measuring.refresh
  ends.unshift(measuring.close)
  alerts = startAlerts({
    ...{ core, logger, config: config.alerts, refreshMetrics, unbounded: measuring.unbounded },
    systemOf: (instance) => usedInstances.find(({ name }) => name === instance)?.system
  })
  ends.unshift(alerts.close)
  const reloads = followReloads({
    ...{ store: core.store, signals: core.signals, areShared: core.areShared, now: core.now, logger },
    read: readChecked,
    apply(next) {
      usedInstances = next.valid
      for (const take of reloaded) take(next)
    }
  })
  ends.unshift(reloads.close)
  const managementUrl = await management.listen(config.management)
  return { managementUrl, reloadConnectors: reloads.reload }
}

function settingsByName(instances: CheckedInstances['valid']): object {
  return Object.fromEntries(instances.map(({ name, settings }) => [name, settings]))
}

function ignoredActsIn({ control }: Core): string | undefined {
  const count = control.ignoredActs()
  return count === 0
    ? undefined
    : `${count} control acts in the store are not valid and are ignored: the bus did not record them. Check who can write to the table controlActs; the log names their numbers.`
}

function problemOf(check: () => void): string | undefined {
  try {
    check()
    return undefined
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
}
