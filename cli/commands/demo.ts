import { join } from 'node:path'
import type { Command } from 'commander'
import { operatorSystem } from '#bus/control/control-state.ts'
import { runScenario } from '#deploy/demo/scenario.ts'
import type { Config } from '#runtime/config.ts'
import { keyFiles, keyIn } from '#runtime/keyring.ts'
import { say } from '#runtime/output.ts'
import { type BusFlags, runBus } from '#runtime/run-bus.ts'
import { untilStopped } from '#runtime/until-stopped.ts'
import { connect } from '../connect.ts'
import { applyPlan, planProvince } from '../remote/apply-province.ts'
import { loadProvince, type Province } from '../remote/province.ts'

const demoProvince = join(import.meta.dirname, '..', '..', 'deploy', 'demo', 'province.yaml')

type DemoFlags = BusFlags & { readonly once?: boolean; readonly province: string; readonly data: string }

export function addDemo(program: Command): void {
  program
    .command('demo')
    .description('Run the bus with a demo province, and send a document and a dossier through it.')
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
  const province = await withKeys(await loadProvince(flags.province), flags.data)
  let isRegistered = false
  const { bus, config } = await runBus(flags, (config) =>
    isRegistered ? withConnectors(config, province) : config
  )
  const { folder } = config.data
  say(`Liên Thông listens on ${bus.publicUrl} (management: ${bus.managementUrl}), Node ${process.version}`)
  try {
    const operator = await connect({
      gateway: bus.publicUrl,
      as: operatorSystem,
      key: keyFiles(folder).operator
    })
    await applyPlan(operator, await planProvince(operator, province), () => {})
    isRegistered = true
    await bus.reloadConnectors() // Before, every instance would be paused: its system is not known.
    await runScenario({
      gateway: bus.publicUrl,
      keysFolder: join(folder, 'keys'),
      packagesFolder: join(folder, 'packages'),
      say
    })
    say('Every step succeeded.')
  } catch (error) {
    if (!flags.once) throw error
    say(`FAILED step: ${error instanceof Error ? error.message : error}`)
    process.exitCode = 1
  }
  if (flags.once) return bus.close()
  for (const line of howToGoOn(bus.publicUrl, folder)) say(line)
  await untilStopped(bus.close, bus.reloadConnectors)
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

/** A connector instance for each document system that the province file marks as hosted. */
function withConnectors(config: Config, province: Province): Config {
  const { folder } = config.data
  const connectors = province.agencies.flatMap(({ code, systems = [] }) =>
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
  return { ...config, connectors }
}

function howToGoOn(gateway: string, folder: string): readonly string[] {
  return [
    'Ready: the bus runs until you press Ctrl-C. To send something yourself:',
    `  - copy an edXML package into ${join(folder, 'packages', '000.00.91.H03', 'in')}`,
    `  - npx lienthong inbox --gateway ${gateway} --as 000.00.92.H03.qlvb --key ${join(folder, 'keys', '000.00.92.H03.qlvb.jwk')} --follow`,
    '  - or follow docs/other-languages.md, in Python, curl and openssl'
  ]
}
