import { openSqliteStore } from '#engines/store/sqlite/sqlite-store.ts'
import type { Logger } from '#engines/telemetry/logger.ts'
import { BusError } from '#protocol/errors/bus-error.ts'
import type { Config } from '#runtime/config.ts'
import { openCore } from '#runtime/core.ts'
import { openEngines } from '#runtime/open-engines.ts'
import { publicAddressOf } from '#runtime/public-address.ts'
import { startConsumers } from '#runtime/start-consumers.ts'
import { tablesOnOneMachine } from '#runtime/tables.ts'

export interface ProjectionOptions {
  readonly folder: string
  /** Configuration of the new bus; the old bus has the same keys. */
  readonly config: Config
  readonly logger: Logger
}

const lookMs = 1000

/**
 * Runs the bus of a data folder, without a gateway or connectors, until its whole log is projected.
 * Migrates its tables to this release. Rejects with `BUS_CONFIG_INVALID` if something cannot be projected.
 */
export async function finishProjection({ folder, config, logger }: ProjectionOptions): Promise<void> {
  const { s3: _s3, folder: _folder, ...attachments } = config.attachments
  const here = { data: { folder }, eventLog: {}, store: {}, attachments, connectors: [] }
  const options = {
    config: { ...config, ...here },
    logger,
    onFatal: fail,
    projectsOwn: false
  }
  const { publicUrl } = await publicAddressOf(config)
  const core = await openCore(await openEngines(options), options, publicUrl)
  const consumers = await startConsumers({ core, flows: config.flows, logger })
  try {
    while (!(await core.caughtUp(lookMs))) {
      const problem = consumers.problem()
      if (problem !== undefined) throw notProjected('some', problem)
    }
  } finally {
    await consumers.close()
    await core.close()
  }
}

/** Migrates the tables of a folder whose migration has started to this release. */
export async function toNewestShape(folder: string): Promise<void> {
  await openSqliteStore({ folder, parts: tablesOnOneMachine, onFatal: fail }).close()
}

function fail(error: unknown): void {
  throw error
}

export function notProjected(count: number | string, problem: string): BusError {
  return new BusError('BUS_CONFIG_INVALID', 'migration-not-projected', { values: { count, problem } })
}
