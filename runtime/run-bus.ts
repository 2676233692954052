import { isAbsolute, resolve } from 'node:path'
import type { CheckInstancesOptions } from '#connectors/host/check-instances.ts'
import { createLogger } from '#engines/telemetry/logger.ts'
import { BusError } from '#protocol/errors/bus-error.ts'
import { everyRole, type Role, type RunningBus, startBus } from './composition.ts'
import { Config } from './config.ts'
import { declaredInstances } from './declared-instances.ts'
import { environment } from './environment.ts'
import { loadConfig } from './load-config.ts'
import { goOnUnread, pipeOfLog } from './output.ts'

/** Command-line flags that change the configuration. */
export interface BusFlags {
  readonly config?: string
  readonly data?: string
  readonly port?: string
  readonly managementPort?: string
  readonly logLevel?: Config['log']['level']
}

/** Reads the configuration, applies the flags and starts the bus. */
export async function runBus(
  flags: BusFlags,
  changes: (config: Config) => Config = (config) => config,
  roles: readonly Role[] = everyRole
): Promise<{ readonly bus: RunningBus; readonly config: Config }> {
  const config = changes(await configFrom(flags))
  goOnUnread()
  const destination = pipeOfLog()
  const logger = createLogger({ level: config.log.level, ...(destination ? { destination } : {}) })
  const onFatal = (error: unknown): void => {
    logger.fatal(
      { err: error },
      'writing to the disk failed; the process exits with code 70 because it is unknown what was stored; check the disk, then restart the bus'
    )
    process.exit(70)
  }
  const readInstances = async () => instancesFrom(changes(await configFrom(flags)), flags)
  const bus = await startBus({ config, readInstances, roles, logger, onFatal })
  return { bus, config }
}

/** Reads the configuration and applies the flags. */
export async function configFrom(flags: BusFlags): Promise<Config> {
  return withFlags(await loadConfig(Config, { file: flags.config, environment }), flags)
}

/** All that is configured of connector instances, in this configuration and in the files beside it. */
export function instancesFrom(config: Config, { config: file }: BusFlags): Promise<CheckInstancesOptions> {
  return declaredInstances(config, { file, environment })
}

function withFlags(config: Config, flags: BusFlags): Config {
  const folder = flags.data ?? config.data.folder
  for (const port of [flags.port, flags.managementPort]) if (port !== undefined) checkPort(port)
  return {
    ...config,
    data: { folder: isAbsolute(folder) ? folder : resolve(folder) },
    gateway: { ...config.gateway, ...(flags.port === undefined ? {} : { port: Number(flags.port) }) },
    management: {
      ...config.management,
      ...(flags.managementPort === undefined ? {} : { port: Number(flags.managementPort) })
    },
    log: { level: flags.logLevel ?? config.log.level }
  }
}

function checkPort(port: string): void {
  if (/^\d{1,5}$/.test(port) && Number(port) <= 65_535) return
  throw new BusError('BUS_CONFIG_INVALID', 'port-malformed', { values: { got: port } })
}
