import { join } from 'node:path'
import type { Command } from 'commander'
import { operatorSystem } from '#bus/control/control.ts'
import { runScenario } from '#deploy/demo/scenario.ts'
import { applyPlan, planProvince } from '../apply-province.ts'
import { connect } from '../connect.ts'
import { keyFiles, keyIn } from '../keyring.ts'
import { loadProvince, type Province } from '../province.ts'
import { type BusFlags, runBus } from '../run-bus.ts'
import { untilStopped } from '../until-stopped.ts'

const provinceFile = join(import.meta.dirname, '..', '..', 'deploy', 'demo', 'province.yaml')

export function addDemo(program: Command): void {
  program
    .command('demo')
    .description('Run the bus with a small province, and show a document crossing it.')
    .option('--once', 'end when every step was seen (0), or with the missing step (1)')
    .option('--data <folder>', 'data folder', 'var/demo')
    .option('--port <number>', "the gateway's port; 0 picks a free one", '8080')
    .option('--management-port <number>', 'port of health and metrics; 0 picks a free one', '9090')
    .option('--log-level <level>', 'silent, error, warn, info or debug', 'warn')
    .action(async (flags: BusFlags & { readonly once?: boolean }) => {
      const say = (line: string): void => void process.stdout.write(`${line}\n`)
      const { bus, config } = await runBus(flags)
      const { folder } = config.data
      say(
        `Liên Thông listens on ${bus.publicUrl} (management: ${bus.managementUrl}), Node ${process.version}`
      )
      await makeProvince(bus.publicUrl, folder)
      await runScenario({ gateway: bus.publicUrl, keysFolder: join(folder, 'keys'), say })
      if (flags.once) {
        await bus.close()
        say('Every step was seen.')
        return
      }
      say(
        'Ready: the bus stays up until you stop it with Ctrl-C. To send something yourself, see docs/other-languages.md.'
      )
      await untilStopped(() => bus.close())
    })
}

/** Gives every system of the demo province a key of its own and applies the province. */
async function makeProvince(gateway: string, folder: string): Promise<void> {
  const province = await withKeys(await loadProvince(provinceFile), folder)
  const operator = await connect({ gateway, as: operatorSystem, key: keyFiles(folder).operator })
  await applyPlan(operator, await planProvince(operator, province), () => {})
}

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
