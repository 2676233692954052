import { cpSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { loadConfig } from '#bus/config/load-config.ts'
import { noFailpoints } from '#bus/telemetry/failpoints.ts'
import { createLogger } from '#bus/telemetry/logger.ts'
import { startBus } from '#cli/composition.ts'
import { Config } from '#cli/config.ts'
import { readRaw } from '../baselines/raw-paged-read.ts'
import { whenProjected } from '../stored.ts'

/** `project.ts projector|raw FOLDER COUNT`: what a log of so many events, none of them projected, takes to project or to read. */
const [, , side, filled = '', count = '0'] = process.argv
const folder = mkdtempSync(join(tmpdir(), 'lienthong-bench-'))

try {
  cpSync(filled, folder, { recursive: true })
  const work = side === 'raw' ? async () => readRaw(join(folder, 'log.sqlite')) : project
  const cpu = process.cpuUsage()
  const began = performance.now()
  await work()
  const seconds = (performance.now() - began) / 1000
  const { user, system } = process.cpuUsage(cpu)
  process.stdout.write(
    JSON.stringify({ rate: Number(count) / seconds, cpuMicros: (user + system) / Number(count) })
  )
} finally {
  rmSync(folder, { recursive: true, force: true })
}

/** With opening and closing, which of so many events is little. */
async function project(): Promise<void> {
  const defaults = await loadConfig(Config, { file: undefined, environment: {} })
  const bus = await startBus({
    roles: ['consumers'],
    config: { ...defaults, data: { folder }, management: { ...defaults.management, port: 0 } },
    logger: createLogger({ level: 'error' }),
    failpoints: noFailpoints,
    onFatal: () => process.exit(70)
  })
  await whenProjected(folder)
  await bus.close()
}
