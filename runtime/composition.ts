import { createGateway } from '#gateway/gateway.ts'
import { createManagement, type ReadinessCheck } from '#gateway/management.ts'
import { createUsedTokens } from '#gateway/used-tokens.ts'
import { type Core, openCore } from './core.ts'
import { descriptorLimit } from './environment.ts'
import { type EngineOptions, openEngines } from './open-engines.ts'
import { type PublicAddress, publicAddressOf } from './public-address.ts'
import { startConnectors } from './start-connectors.ts'
import { startConsumers } from './start-consumers.ts'

/** What a process of the bus does. On one machine one process has all roles. */
export type Role = 'gateway' | 'consumers' | 'connectors'

export const everyRole: readonly Role[] = ['gateway', 'consumers', 'connectors']

export interface BusOptions extends EngineOptions {
  readonly roles: readonly Role[]
}

/** A running process of the bus. */
export interface RunningBus {
  /** The gateway's address for agencies; tokens must name it. */
  readonly publicUrl: string
  readonly managementUrl: string
  /** Stops accepting requests, completes or rejects those in progress, then closes everything. Safe to call twice. */
  close(): Promise<void>
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
    const managementUrl = await startParts({
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

/** Starts what the roles need. Returns the address of health and metrics. */
async function startParts({ core, options, ends, stopping, address }: Parts): Promise<string> {
  const { config, roles, logger } = options
  const checks: ReadinessCheck[] = [
    ['stopping', () => (stopping.aborted ? 'the bus is stopping' : undefined)],
    ['acts', () => problemOf(core.freshness.check)]
  ]
  // Not among the checks: who takes the gateway out of service for them could not record a revocation any more.
  const warnings: ReadinessCheck[] = [['disk space', core.space.problem]]
  if (core.uploadSpace !== core.space) warnings.push(['disk space for attachments', core.uploadSpace.problem])
  if (roles.includes('consumers')) {
    const consumers = await startConsumers({ core, logger })
    checks.push(['projector', consumers.problem])
    warnings.push(['quarantine', consumers.warning])
    ends.unshift(consumers.close)
  }
  warnings.push(['control acts', () => ignoredActsIn(core)])
  const management = createManagement({ metrics: core.metrics, checks, warnings })
  ends.unshift(() => management.close())
  if (roles.includes('connectors')) {
    const connectors = await startConnectors({ instances: config.connectors, core, logger })
    warnings.push(['connectors', connectors.warning])
    ends.unshift(connectors.close)
  }
  if (roles.includes('gateway')) {
    const usedTokens = createUsedTokens(core.store, core.now)
    const gateway = await createGateway({
      ...core,
      usedTokens,
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
  return management.listen(config.management)
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
