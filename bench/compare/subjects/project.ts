import { cpSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createLogger } from '#engines/telemetry/logger.ts'
import { startBus } from '#runtime/composition.ts'
import { Config } from '#runtime/config.ts'
import { loadConfig } from '#runtime/load-config.ts'
import { readRaw } from '../baselines/raw-paged-read.ts'
import type { Sample } from '../rounds.ts'
import { whenProjected } from '../stored.ts'

/** `project.ts projector|raw FOLDER COUNT`: measures projecting or reading a log of COUNT events, none of them projected. */
const [, , side, filled = '', count = '0'] = process.argv
const folder = mkdtempSync(join(tmpdir(), 'lienthong-bench-'))

try {
  cpSync(filled, folder, { recursive: true })
  process.stdout.write(JSON.stringify(side === 'raw' ? await raw() : await project()))
} finally {
  rmSync(folder, { recursive: true, force: true })
}

/** Reads twice; only the second time counts, when the code is compiled. */
async function raw(): Promise<Sample> {
  const read = async (): Promise<number> => readRaw(join(folder, 'log.sqlite'))
  await read()
  return timed(read)
}

/** The first fifth is not counted: the bus starts, and its code is compiled. */
async function project(): Promise<Sample> {
  const defaults = await loadConfig(Config, { file: undefined, environment: {} })
  const bus = await startBus({
    roles: ['consumers'],
    config: { ...defaults, data: { folder }, management: { ...defaults.management, port: 0 } },
    logger: createLogger({ level: 'error' }),
    onFatal: () => process.exit(70)
  })
  const left = await whenProjected(folder, (Number(count) * 4) / 5)
  if (left === 0) throw new TypeError('too few events to measure by')
  const measured = await timed(async () => {
    await whenProjected(folder)
    return left
  })
  await bus.close()
  return measured
}

async function timed(work: () => Promise<number>): Promise<Sample> {
  const cpu = process.cpuUsage()
  const began = performance.now()
  const events = await work()
  const seconds = (performance.now() - began) / 1000
  const { user, system } = process.cpuUsage(cpu)
  return { rate: events / seconds, cpuMicros: (user + system) / events }
}
