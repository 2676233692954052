import { createGateway } from '#gateway/gateway.ts'
import { createManagement, type ReadinessCheck } from '#gateway/management.ts'
import { type Core, openCore } from './core.ts'
import { type EngineOptions, openEngines } from './open-engines.ts'
import { publicAddressOf } from './public-address.ts'
import { startConnectors } from './start-connectors.ts'
import { startConsumers } from './start-consumers.ts'

/** What a process of the bus does. On one machine one does everything. */
export type Role = 'gateway' | 'consumers' | 'connectors'

export const everyRole: readonly Role[] = ['gateway', 'consumers', 'connectors']

export interface BusOptions extends EngineOptions {
  readonly roles: readonly Role[]
}

/** A running process of the bus. */
export interface RunningBus {
  /** Where agencies reach the gateway, as their tokens must name it. */
  readonly publicUrl: string
  readonly managementUrl: string
  /** Stops accepting, finishes or refuses what is open, and lets go of everything. Calling it twice is harmless. */
  close(): Promise<void>
}

/** How long open requests may take to end when the bus stops. */
const stopGraceMs = 10_000

/** Runs the bus, or those roles of it, until it is closed. */
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
  /** What ends the parts, in the order they are to end. */
  const ends: (() => Promise<unknown>)[] = []
  const close = async (): Promise<void> => {
    stopping.abort()
    for (const end of ends) await end()
    await core.close()
  }
  try {
    const managementUrl = await startParts({
      core,
      options,
      ends,
      stopping: stopping.signal,
      port: address.port
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
  readonly port: number
}

/** Starts what the roles need, and gives the address of health and metrics. */
async function startParts({ core, options, ends, stopping, port }: Parts): Promise<string> {
  const { config, roles, logger } = options
  const checks: ReadinessCheck[] = [
    ['stopping', () => (stopping.aborted ? 'the bus is stopping' : undefined)],
    ['acts', () => problemOf(core.freshness.check)]
  ]
  if (roles.includes('consumers')) {
    const consumers = await startConsumers({ core, logger })
    checks.push(['projector', consumers.problem])
    ends.unshift(consumers.close)
  }
  const management = createManagement({
    metrics: core.metrics,
    checks,
    warnings: [['ignored acts', () => ignoredActsIn(core)]]
  })
  ends.unshift(() => management.close())
  if (roles.includes('connectors')) {
    ends.unshift(await startConnectors({ instances: config.connectors, core, logger }))
  }
  if (roles.includes('gateway')) {
    const gateway = await createGateway({ ...core, config: config.gateway, logger, stopping })
    ends.unshift(async () => {
      const cutOff = setTimeout(() => gateway.server.closeAllConnections(), stopGraceMs)
      await gateway.close()
      clearTimeout(cutOff)
    })
    await gateway.listen({ host: config.gateway.host, port })
  }
  return management.listen(config.management)
}

function ignoredActsIn({ control }: Core): string | undefined {
  const count = control.ignoredActs()
  return count === 0
    ? undefined
    : `${count} control acts in the store do not hold and are ignored: the bus did not record them. Check who can write to the table controlActs; the log names each.`
}

function problemOf(check: () => void): string | undefined {
  try {
    check()
    return undefined
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
}
