import { join, resolve } from 'node:path'
import type { Command } from 'commander'
import { operatorSystem } from '#bus/control/control-state.ts'
import { collectCleanups } from '#deploy/servers/cleanup.ts'
import type { Config } from '#runtime/config.ts'
import { keyFiles, keyIn } from '#runtime/keyring.ts'
import { say } from '#runtime/output.ts'
import { type BusFlags, configFrom, runBus } from '#runtime/run-bus.ts'
import { untilStopped } from '#runtime/until-stopped.ts'
import { connect } from '../connect.ts'
import { openFull, withPart } from '../full-demo.ts'
import { loadProvince } from '../load-province.ts'
import { loginLink } from '../login-link.ts'
import { plainDemo } from '../plain-demo.ts'
import { applyPlan, planProvince } from '../remote/apply-province.ts'
import type { Province } from '../remote/province.ts'

const demoProvince = join(import.meta.dirname, '..', '..', 'deploy', 'demo', 'province.yaml')

type DemoFlags = BusFlags & {
  readonly once?: boolean
  readonly full?: boolean
  readonly province: string
  readonly data: string
}

export function addDemo(program: Command): void {
  program
    .command('demo')
    .description('Run the bus with a demo province, and send a document and a dossier through it.')
    .option(
      '--full',
      'with all kinds of connectors whose servers are installed, and one case that goes through all of them'
    )
    .option('--once', 'exit after the scenario: code 0 if every step succeeded, 1 with the step that failed')
    .option('--config <file>', 'configuration file; by default everything is on this machine')
    .option('--data <folder>', 'data folder', 'var/demo')
    .option('--port <number>', "the gateway's port; 0 picks a free one", '8080')
    .option('--management-port <number>', 'port of health and metrics; 0 picks a free one', '9090')
    .option('--province <file>', 'another province file', demoProvince)
    .option('--log-level <level>', 'silent, error, warn, info or debug', 'warn')
    .action(runDemo)
}

async function runDemo(flags: DemoFlags): Promise<void> {
  const cleanups = collectCleanups()
  try {
    const { folder } = (await configFrom(flags)).data
    const places = { keysFolder: join(folder, 'keys'), packagesFolder: join(folder, 'packages') }
    const file = await loadProvince(flags.province)
    const full = flags.full ? await openFull(folder, places) : undefined
    if (full) cleanups.after(full.close)
    const demo = full ?? plainDemo
    const province = await withKeys(full ? withPart(file, full.province) : file, folder)
    let isRegistered = false
    const { bus } = await runBus(flags, (config) =>
      isRegistered ? withConnectors(config, province, demo.connectors) : config
    )
    cleanups.after(bus.close)
    say(`Liên Thông listens on ${bus.publicUrl} (management: ${bus.managementUrl}), Node ${process.version}`)
    const scenario = { ...places, gateway: bus.publicUrl, say }
    try {
      await register(bus.publicUrl, folder, province)
      isRegistered = true
      await bus.reloadConnectors() // Before, every instance would be paused: its system is not known.
      await demo.play(scenario)
      for (const line of demo.howToLook(scenario)) say(line)
      say('Every step succeeded.')
    } catch (error) {
      if (!flags.once) throw error
      say(`FAILED step: ${error instanceof Error ? error.message : error}`)
      process.exitCode = 1
    }
    if (flags.once) return
    for (const line of demo.howToGoOn(scenario)) say(line)
    say('To look after it as operator, on the command line (docs/console.md lists the commands):')
    say(
      `  - export LIENTHONG_GATEWAY=${bus.publicUrl} LIENTHONG_AS=operator LIENTHONG_KEY=${resolve(keyFiles(folder).operator)}`
    )
    say('  - npx --no-install lienthong stuck')
    say(
      `Or in the console; for another link: npx --no-install lienthong console --data ${folder} --gateway ${bus.publicUrl}`
    )
    say(`  - open within a minute: ${await loginLink(bus.publicUrl, { folder })}`)
    await untilStopped(cleanups.end, bus.reloadConnectors)
  } finally {
    await cleanups.end()
  }
}

async function register(gateway: string, folder: string, province: Province): Promise<void> {
  const operator = await connect({ gateway, as: operatorSystem, key: keyFiles(folder).operator })
  await applyPlan(operator, await planProvince(operator, province), () => {})
}

/** Gives every system of the province a key of its own, in the data folder. */
async function withKeys(province: Province, folder: string): Promise<Province> {
  const agencies = await Promise.all(
    province.agencies.map(async (agency) => ({
      ...agency,
      systems: await Promise.all(
        (agency.systems ?? []).map(async (system) => {
          const { publicJwk } = await keyIn(
            join(folder, 'keys', `${agency.code}.${system.name}.jwk`),
            'demo-1'
          )
          return { ...system, keys: [publicJwk as unknown as { kid: string }] }
        })
      )
    }))
  )
  return { ...province, agencies }
}

/** A connector instance for each document system that the province file marks as hosted, and further ones. */
function withConnectors(config: Config, province: Province, further: readonly object[]): Config {
  const { folder } = config.data
  const hosted = province.agencies.flatMap(({ code, systems = [] }) =>
    systems
      .filter(({ hosted }) => hosted)
      .map(({ name }) => ({
        name: `document-${code.replaceAll('.', '-').toLowerCase()}`,
        kind: 'document',
        system: `/agencies/${code}/systems/${name}`,
        keyFile: join(folder, 'keys', `${code}.${name}.jwk`),
        settings: { folder: join(folder, 'packages', code) }
      }))
  )
  return { ...config, connectors: [...hosted, ...further] }
}
